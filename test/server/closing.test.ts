// The end: what is under way finishes, and subscribers are told to come back.

import { Agent, request } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { openSocket, upgradeStatus } from "./rawSocket.ts";
import { ask, send, serveToyDesk } from "./serving.ts";

const SSE = { "content-type": "application/json", accept: "text/event-stream" };

/** A connection that was used once and is kept open. */
async function keptConnection(url: string): Promise<Agent> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await new Promise<void>((resolve, reject) => {
    const asked = request(`${url}/health/live`, { agent }, (response) => response.resume().on("end", resolve));
    asked.on("error", reject).end();
  });
  return agent;
}

describe("a server that closes", () => {
  test("should finish what is under way over HTTP and WebSocket, and then be gone", async () => {
    const { graphqlUrl, url, desk, server } = await serveToyDesk();
    const socket = await openSocket(graphqlUrl);
    const overHttp = ask(graphqlUrl, "mutation { waits }");
    socket.subscribe("slow", "mutation { waits }");
    await desk.until(({ waiting }) => waiting === 2);
    const agent = await keptConnection(url);
    const closed = server.close();
    await expect(send(`${url}/health/live`, "GET")).rejects.toThrow("ECONNREFUSED");
    desk.release();
    expect(await overHttp).toEqual({ status: 200, data: { waits: "done" } });
    expect(await socket.nextFor("slow")).toMatchObject({ type: "next", payload: { data: { waits: "done" } } });
    expect(await socket.nextFor("slow")).toMatchObject({ type: "complete" });
    expect(await socket.closed).toBe(1001);
    await closed;
    agent.destroy();
  });

  test("should not be ready, and start nothing new, on connections that are still open", async () => {
    const { port, graphqlUrl, desk, server } = await serveToyDesk();
    const socket = await openSocket(graphqlUrl);
    socket.subscribe("slow", "{ waits }");
    // Three requests on one connection, answered in order; after the second, which says so, it is closed.
    const connection = connect(port, "127.0.0.1");
    const answers: Buffer[] = [];
    connection.on("data", (bytes: Buffer) => answers.push(bytes));
    const post = (query: string) => {
      const body = JSON.stringify({ query });
      const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
      return `${head}\r\n\r\n${body}`;
    };
    connection.write(post("{ waits }"));
    await desk.until(({ waiting }) => waiting === 2);
    const closed = server.close();
    connection.write(
      `GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n${post('mutation { put(ticket: { id: "x", lots: 1 }) }')}`,
    );
    socket.subscribe("late", "{ hello }");
    expect(await socket.nextFor("late")).toMatchObject({
      type: "error",
      payload: [{ extensions: { code: "SERVER_CLOSING" } }],
    });
    const ended = new Promise((resolve) => connection.on("close", resolve));
    desk.release();
    await ended;
    const text = Buffer.concat(answers).toString();
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 503"]);
    expect(text).toContain("The server is closing.");
    expect(text).not.toContain("x: 1");
    await closed;
  });

  test("should send subscribers away with 1001, one after another", async () => {
    const { graphqlUrl, desk, server } = await serveToyDesk();
    const sockets = await Promise.all([1, 2, 3, 4].map(() => openSocket(graphqlUrl)));
    for (const socket of sockets) socket.subscribe("quiet", "subscription { quiet }");
    await desk.until(({ quietReaders }) => quietReaders === 4);
    const order: number[] = [];
    for (const [index, socket] of sockets.entries()) void socket.closed.then(() => order.push(index));
    const closed = server.close();
    await Promise.race(sockets.map((socket) => socket.closed));
    expect(order).toHaveLength(1);
    await closed;
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([1001, 1001, 1001, 1001]);
    await desk.until(({ quietReaders }) => quietReaders === 0);
  });

  test("should end event streams without telling them that they are complete", async () => {
    const { graphqlUrl, desk, server } = await serveToyDesk();
    const streamed = await fetch(graphqlUrl, {
      method: "POST",
      headers: SSE,
      body: '{"query":"subscription { quiet }"}',
    });
    await desk.until(({ quietReaders }) => quietReaders === 1);
    const text = streamed.text();
    await server.close();
    await expect(text).rejects.toThrow();
    await desk.until(({ quietReaders }) => quietReaders === 0);
  });

  test("should close connections that are idle, and those that never said a word", async () => {
    const { url, port, server } = await serveToyDesk();
    const agent = await keptConnection(url);
    const silent = connect(port, "127.0.0.1").resume();
    const ended = new Promise((resolve) => silent.on("close", resolve));
    await new Promise((resolve) => silent.on("connect", resolve));
    await server.close();
    await ended;
    agent.destroy();
  });

  test("should refuse new sockets, and close once however often it is asked", async () => {
    const { url, server } = await serveToyDesk();
    const first = server.close();
    expect(server.close()).toBe(first);
    await first;
    await expect(upgradeStatus(`${url}/graphql`, {})).rejects.toThrow("ECONNREFUSED");
  });

  test("should cut within its deadline what does not end", async () => {
    const { graphqlUrl, desk, server, lines } = await serveToyDesk();
    const stuck = expect(ask(graphqlUrl, "{ waits }")).rejects.toThrow("socket hang up");
    const socket = await openSocket(graphqlUrl);
    socket.subscribe("stuck", "{ waits }");
    await desk.until(({ waiting }) => waiting === 2);
    await server.close();
    await stuck;
    expect(await socket.closed).toBe(1006);
    expect(lines).toMatchObject([{ msg: expect.stringContaining("cut what was still open") }]);
  });
});
