// Requests whose body does not come are ended; those that are there may take as long as their answer needs, and hold no place.
import { once } from "node:events";
import { createServer, type RequestListener, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { limitArrival } from "../../src/server/arrival.ts";
import { limitArriving } from "../../src/server/arriving.ts";
import { BODY_FREE_BYTES } from "../../src/server/limits.ts";
import type { ReadingTurns } from "../../src/server/readingTurns.ts";
import { BodyRoom, ClientLeftError, readBody } from "../../src/server/requestBody.ts";

const LIMIT_MS = 50;

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer((req, res) => {
    limitArrival(req, res, LIMIT_MS);
    answer(req, res);
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("a request whose body does not come is answered with 408, and its connection is closed", async () => {
  const url = await serve((req) => req.on("error", () => undefined).resume());
  const asked = request(url, { method: "POST", agent: false, headers: { "content-length": 10 } });
  asked.write("half");
  const [response] = await once(asked, "response");
  expect([response.statusCode, response.headers.connection]).toEqual([408, "close"]);
  await once(response.resume(), "close");
  asked.destroy();
});

it("a request that is there is answered, however long that takes", async () => {
  const url = await serve((req, res) => {
    req.resume().on("end", () => void wait(3 * LIMIT_MS).then(() => res.end("done")));
  });
  const asked = request(url, { method: "POST", agent: false });
  asked.end("whole");
  const [response] = await once(asked, "response");
  expect(response.statusCode).toBe(200);
  response.resume();
});

const HEAD = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n";

it.each([
  ["at once", [`${HEAD}Content-Length: 5\r\n\r\nwhole`]],
  ["in pieces", [`${HEAD}Content-Length: 5\r\n\r\n`, "wh", "ole"]],
  ["without a body", [`${HEAD}Content-Length: 0\r\n\r\n`]],
])(
  "a request that came %s, and waits to be read, does not hold the place of the next one of its address",
  async (_, pieces) => {
    const waiting: string[] = [];
    const server = createServer((req) => void waiting.push(req.url ?? ""));
    limitArriving(server, 1, () => false);
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    for (let count = 1; count <= 3; count += 1) {
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      socket.on("error", () => undefined).setNoDelay(true);
      for (const piece of pieces) {
        socket.write(piece);
        await wait(5);
      }
      await expect.poll(() => waiting.length).toBe(count);
    }
  },
);

it("a client who leaves while his whole body waits for its turn is no fault of the server's", async () => {
  const turns = { wait: () => undefined } as unknown as ReadingTurns;
  const reading = { client: "one", room: new BodyRoom(), turns, charge: () => undefined };
  const found = new Promise<unknown>((resolve) => {
    const server = createServer((req) => {
      const look = setInterval(() => req.complete && req.socket.destroy(), 1);
      void readBody(req, reading)
        .catch((error: unknown) => error)
        .then((result) => {
          clearInterval(look);
          resolve(result);
        });
    });
    onTestFinished(() => void server.close());
    server.listen(0, "127.0.0.1", () => {
      const asked = request({ port: (server.address() as AddressInfo).port, method: "POST", agent: false });
      asked.on("error", () => undefined).end(Buffer.alloc(BODY_FREE_BYTES + 1000));
    });
  });
  expect(await found).toBeInstanceOf(ClientLeftError);
});
