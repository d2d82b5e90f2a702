// Requests whose body does not come are ended; those that are there may take as long as their answer needs.
import { once } from "node:events";
import { createServer, type RequestListener, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { limitArrival } from "../../src/server/arrival.ts";

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
