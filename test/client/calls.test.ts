// Queries and mutations of the client against a real desk: typed answers, and every failure as an error of its own class.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import {
  AccountDocument,
  ApiError,
  type Client,
  createClient,
  dateTime,
  decimal,
  EnableDocument,
  ExecuteSignalDocument,
  HttpError,
  NetworkError,
  PublishQuotesDocument,
  QuotesDocument,
  retry,
  SignalsDocument,
  TimeoutError,
  typedDocument,
} from "@papertape/client";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type ServedDesk, startServedDesk } from "../support/servedDesk.ts";
import { freePort } from "./following.ts";

let desk: ServedDesk;
beforeAll(async () => {
  desk = await startServedDesk();
});
afterAll(() => desk.close());

async function openClient(): Promise<Client> {
  return createClient({ url: (await desk.serve()).graphqlUrl });
}

/** The error of a call. */
async function problemOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (answer) => Promise.reject(new Error(`it was answered ${JSON.stringify(answer)}`)),
    (error: unknown) => error,
  );
}

/** A server that answers as it is told. */
async function standIn(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a call", () => {
  it("is answered with exact decimals, and a signal's outcome by its name", async () => {
    const client = await openClient();
    const { enable } = await client.mutate(EnableDocument, { input: { name: "calls" } });
    expect(enable.__typename).toBe("EnablePayload");
    const quotes = [{ symbol: "ACME", price: decimal("100.25"), time: dateTime(new Date()) }];
    expect((await client.mutate(PublishQuotesDocument, { quotes })).publishQuotes.accepted).toBe(1);
    const levels = { entryPrice: decimal("100"), stopLoss: decimal("95"), target1: decimal("110") };
    const input = { account: "calls", signalId: "one", symbol: "ACME", positionSize: decimal("2.5"), ...levels };
    const { executeSignal } = await client.mutate(ExecuteSignalDocument, { input });
    if (executeSignal.__typename !== "ExecuteSignalPayload") throw new Error(executeSignal.message);
    expect(executeSignal.signal.position?.quantity).toBe("2.5");
    const again = await client.mutate(ExecuteSignalDocument, { input });
    expect(again.executeSignal).toMatchObject({ __typename: "ExecuteSignalPayload", replayed: true });
  });

  it("needs no variables where none is needed, and takes documents of one's own", async () => {
    const client = await openClient();
    expect((await client.query(QuotesDocument)).quotes).toBeInstanceOf(Array);
    expect((await client.query(AccountDocument, { account: "nobody" })).account).toBeNull();
    const own = typedDocument<{ __typename: string }>("{ __typename }");
    expect(await client.query(own)).toEqual({ __typename: "Query" });
  });

  it("shows its key, which may be asked for at each call", async () => {
    const shown: (string | undefined)[] = [];
    const url = await standIn((request, response) => {
      shown.push(request.headers.authorization);
      response.end('{"data":{"quotes":[]}}');
    });
    await createClient({ url }).query(QuotesDocument);
    await createClient({ url, key: "ptk_fixed" }).query(QuotesDocument);
    const keys = ["first", "second"];
    const renewing = createClient({ url, key: async () => keys.shift() ?? "none" });
    await renewing.query(QuotesDocument);
    await renewing.query(QuotesDocument);
    expect(shown).toEqual([undefined, "Bearer ptk_fixed", "Bearer first", "Bearer second"]);
  });

  it("is refused with the API's codes, the data that there is, and no advice to try again", async () => {
    const client = await openClient();
    const invalid = await problemOf(client.query(SignalsDocument, { first: 1000 }));
    expect(invalid).toBeInstanceOf(ApiError);
    expect(invalid).toMatchObject({ code: "BAD_USER_INPUT", codes: ["BAD_USER_INPUT"], passes: false, data: null });
    const unknown = await problemOf(client.query(typedDocument("{ nothing }")));
    expect(unknown).toMatchObject({ name: "ApiError", code: "GRAPHQL_VALIDATION_FAILED" });
  });

  it("says what an address is not", () => {
    expect(() => createClient({ url: "localhost:4000" })).toThrow("no address of a server");
    expect(() => createClient({ url: "file:///desk" })).toThrow("no address of a server");
  });
});

describe("a call that is not answered", () => {
  it("is a NetworkError where nobody listens, and may be tried again", async () => {
    const client = createClient({ url: `http://127.0.0.1:${await freePort()}` });
    const problem = await problemOf(client.query(QuotesDocument));
    expect(problem).toBeInstanceOf(NetworkError);
    expect(problem).toMatchObject({ code: "ECONNREFUSED", passes: true });
  });

  it("is a NetworkError where the connection breaks", async () => {
    const url = await standIn((request) => request.socket.destroy());
    expect(await problemOf(createClient({ url }).query(QuotesDocument))).toBeInstanceOf(NetworkError);
  });

  it("is a TimeoutError where the answer, or its end, does not come in time", async () => {
    const silent = await standIn(() => undefined);
    const halting = await standIn((_, response) => void response.write('{"data":'));
    for (const url of [silent, halting]) {
      const problem = await problemOf(createClient({ url, timeoutMs: 50 }).query(QuotesDocument));
      expect(problem).toBeInstanceOf(TimeoutError);
      expect(problem).toMatchObject({ code: "TIMEOUT", passes: true, message: expect.stringContaining("50 ms") });
    }
    const patient = createClient({ url: silent });
    await expect(patient.query(QuotesDocument, {}, { timeoutMs: 50 })).rejects.toBeInstanceOf(TimeoutError);
  });

  it("throws the reason of its signal, before or after it was sent", async () => {
    const stop = new AbortController();
    const url = await standIn(() => stop.abort(new Error("enough")));
    const client = createClient({ url });
    await expect(client.query(QuotesDocument, {}, { signal: stop.signal })).rejects.toThrow("enough");
    const before = { signal: AbortSignal.abort(new Error("never")) };
    await expect(client.query(QuotesDocument, {}, before)).rejects.toThrow("never");
  });
});

describe("a call that something else answers", () => {
  it.each([
    { status: 404, body: "<html>not here</html>", passes: false },
    { status: 200, body: "it works!", passes: false },
    { status: 502, body: "", passes: true },
    { status: 503, body: '{"status":"closing"}', passes: true },
  ])("is an HttpError with $status and its body: $body", async ({ status, body, passes }) => {
    const url = await standIn((_, response) => void response.writeHead(status).end(body));
    const problem = await problemOf(createClient({ url }).query(QuotesDocument));
    expect(problem).toBeInstanceOf(HttpError);
    expect(problem).toMatchObject({ status, code: `HTTP_${status}`, passes, message: expect.stringContaining(body) });
  });

  it.each([
    ["a header in seconds", { "retry-after": "7" }, ""],
    [
      "an error's extension",
      {},
      '{"errors":[{"message":"no","extensions":{"code":"RATE_LIMITED","retryAfterSeconds":7}}]}',
    ],
  ])("tells how long it asks to wait, by %s", async (_, headers, body) => {
    const url = await standIn((_request, response) => void response.writeHead(429, headers).end(body));
    const problem = await problemOf(createClient({ url }).query(QuotesDocument));
    expect(problem).toMatchObject({ passes: true, retryAfterMs: 7000 });
  });

  it("tells how long it asks to wait, by a date", async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const url = await standIn((_, response) => void response.writeHead(503, { "retry-after": date }).end());
    const { retryAfterMs = 0 } = (await problemOf(createClient({ url }).query(QuotesDocument))) as HttpError;
    expect(retryAfterMs).toBeGreaterThan(3_000_000);
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });
});

describe("a call that is tried again", () => {
  it("is made until it is answered, while its problems pass", async () => {
    const statuses = [503, 502, 200];
    const url = await standIn((_, response) => {
      const status = statuses.shift() ?? 404;
      response.writeHead(status).end(status === 200 ? '{"data":{"quotes":[]}}' : "");
    });
    const problems: string[] = [];
    const act = () => createClient({ url }).query(QuotesDocument);
    expect(await retry(act, { onFailure: ({ code }) => problems.push(code) })).toEqual({ quotes: [] });
    expect(problems).toEqual(["HTTP_503", "HTTP_502"]);
    await expect(retry(act)).rejects.toMatchObject({ code: "HTTP_404" });
  });

  it("is left at the signal, also while it waits", async () => {
    const url = await standIn((_, response) => void response.writeHead(503, { "retry-after": "3600" }).end());
    const stop = new AbortController();
    const act = () => createClient({ url }).query(QuotesDocument);
    const tried = retry(act, { signal: stop.signal, onFailure: () => stop.abort(new Error("enough")) });
    await expect(tried).rejects.toThrow("enough");
  });
});
