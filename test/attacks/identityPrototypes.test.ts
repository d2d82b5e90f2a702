// Prototype pollution: `__proto__` and `constructor.prototype` in whatever JSON, names and headers are read, lead nowhere.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from "vitest";
import { parseManifest, readTrustedDocuments } from "../../src/server/operationLimits/trustedDocuments.ts";
import { StartError } from "../../src/store/startError.ts";
import { bearer, type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";
import { send } from "../server/serving.ts";
import { openEventStream } from "../streams/eventStreamReader.ts";
import { openStreamSocket } from "../streams/streamSocket.ts";
import { Enable, PublishQuotes } from "../support/documents.ts";
import { startServedDesk } from "../support/servedDesk.ts";

const POLLUTION =
  '"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"prototype":{"polluted":"yes"}';
const HOSTILE = `{${POLLUTION}}`;
const JSON_TYPE = { "content-type": "application/json", accept: "application/json" };

const CLEAN = [Object.prototype, Array.prototype, Function.prototype].map((prototype) =>
  Object.getOwnPropertyNames(prototype).sort(),
);

let desk: GuardedDesk;
let secret: string;
beforeAll(async () => {
  desk = await startGuardedDesk();
  secret = await desk.newKey(["admin"]);
  await desk.api.client.run(Enable);
  await desk.api.client.run(PublishQuotes, { quotes: [{ symbol: "ACME", price: "100" }] });
});
afterEach(() => {
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
  const now = [Object.prototype, Array.prototype, Function.prototype];
  expect(now.map((prototype) => Object.getOwnPropertyNames(prototype).sort())).toEqual(CLEAN);
});
afterAll(() => desk.close());

async function post(body: string, headers: Record<string, string> = {}) {
  const { graphqlUrl } = await desk.serve();
  const answer = await send(graphqlUrl, "POST", { ...JSON_TYPE, ...bearer(secret), ...headers }, body);
  return { status: answer.status, body: answer.body };
}

it.each([
  ["other parameters of a body", `{"query":"{ accounts { totalCount } }",${POLLUTION}}`],
  ["variables", `{"query":"{ accounts { totalCount } }","variables":${HOSTILE}}`],
  ["extensions", `{"query":"{ accounts { totalCount } }","extensions":${HOSTILE}}`],
  ["a persisted query", `{"extensions":{"persistedQuery":{"__proto__":{"sha256Hash":"x"}}}}`],
  ["a name of an operation", `{"query":"{ accounts { totalCount } }","operationName":"__proto__"}`],
  ["a body alone", HOSTILE],
])("should answer %s clearly", async (_name, body) => {
  const answer = await post(body);
  expect(answer.body).not.toContain("INTERNAL_SERVER_ERROR");
  expect([200, 400]).toContain(answer.status);
  expect(JSON.parse(answer.body)).toEqual(expect.toSatisfy((shown: object) => "data" in shown || "errors" in shown));
});

it("should take no argument from a variable that is called like a prototype", async () => {
  for (const name of ["__proto__", "constructor", "prototype", "toString"]) {
    const query = `query($${name}: Int) { accounts(first: $${name}) { totalCount } }`;
    const answer = await post(`{"query":"${query}","variables":{"${name}":1}}`);
    expect([name, answer.status]).toEqual([name, 200]);
    expect((await post(`{"query":"${query}"}`)).body).toContain('"totalCount":1');
  }
});

it("should answer aliases that are called like a prototype as they are", async () => {
  const query = "{ __proto__: accounts { constructor: totalCount __proto__: totalCount } prototype: __typename }";
  const { body } = await post(JSON.stringify({ query }));
  expect(body).toContain('"__proto__":{"constructor":1,"__proto__":1}');
});

const SIGNAL = `mutation Send($input: ExecuteSignalInput!) { executeSignal(input: $input) { __typename
  ... on ExecuteSignalPayload { replayed } } }`;

function signalBody(signalId: string, patternData: string): string {
  const stops = { signalId, symbol: "ACME", entryPrice: "100", stopLoss: "95", target1: "110", positionSize: "1" };
  const input = `${JSON.stringify(stops).slice(0, -1)},"patternData":${patternData}}`;
  return `{"query":${JSON.stringify(SIGNAL)},"variables":{"input":${input}}}`;
}

/** All own keys with their values, in order: an equality of objects might pass over the key `__proto__`. */
function entriesOf(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(entriesOf);
  if (typeof json !== "object" || json === null) return json;
  return Object.entries(json)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => [key, entriesOf(value)]);
}

/** What was stored of a signal's free JSON; the database has its keys in an order of its own. */
async function keptJson(signalId: string): Promise<unknown> {
  const { prisma } = desk.database;
  const rows = await prisma.$queryRaw<{ kept: string }[]>`
    SELECT pattern_data::text AS kept FROM signals WHERE signal_id = ${signalId}`;
  return entriesOf(JSON.parse(rows[0]?.kept ?? "null"));
}

it("should keep such keys of free JSON as plain data, and tell signals apart by them", async () => {
  const first = `{"list":[${HOSTILE}]}`;
  expect((await post(signalBody("free-1", first))).body).toContain('"replayed":false');
  expect(await keptJson("free-1")).toEqual(entriesOf(JSON.parse(first)));
  expect((await post(signalBody("free-1", first))).body).toContain('"replayed":true');
  expect((await post(signalBody("free-1", '{"list":[{}]}'))).body).toContain("SignalConflict");
  await post(signalBody("free-3", '{"__proto__":{"a":"b"}}'));
  for (const other of ["{}", '{"a":"b"}', '{"__proto__":{"a":"c"}}']) {
    expect((await post(signalBody("free-3", other))).body).toContain("SignalConflict");
  }
  const literal = SIGNAL.replace("($input: ExecuteSignalInput!)", "").replace(
    "$input",
    `{ signalId: "free-2", symbol: "ACME", entryPrice: "100", stopLoss: "95", target1: "110", positionSize: "1",
       patternData: { __proto__: { polluted: "yes" } } }`,
  );
  expect((await post(JSON.stringify({ query: literal }))).body).toContain('"replayed":false');
  expect(await keptJson("free-2")).toEqual(entriesOf(JSON.parse('{"__proto__":{"polluted":"yes"}}')));
});

it("should refuse such fields of inputs", async () => {
  const body = signalBody("fields", "{}").replace('"signalId"', `${POLLUTION},"signalId"`);
  const answer = await post(body);
  expect(answer.body).toContain("is not defined by type");
});

it("should come to nothing in the first message of a WebSocket, and in those after it", async () => {
  const { graphqlUrl } = await desk.serve();
  const socket = await openStreamSocket(graphqlUrl, { initialise: false });
  const credentials = JSON.stringify(bearer(secret)).slice(1, -1);
  socket.sendText(`{"type":"connection_init","payload":{${credentials},"headers":${HOSTILE},${POLLUTION}}}`);
  await socket.nextOf("connection_ack");
  socket.sendText(
    `{"type":"subscribe","id":"__proto__","payload":{"query":"{ accounts { totalCount } }","variables":${HOSTILE}}}`,
  );
  expect(await socket.nextFor("__proto__")).toMatchObject({ type: "next" });
  const other = await openStreamSocket(graphqlUrl, { initialise: false });
  other.sendText(
    `{"type":"connection_init","payload":{"__proto__":{${credentials}},"headers":{"__proto__":{${credentials}}}}}`,
  );
  expect(await other.closed).toMatchObject({ code: 4401 });
});

it("should come to nothing in query strings, of every road", async () => {
  const { url, graphqlUrl } = await desk.serve();
  const headers = bearer(secret);
  const names = [
    "__proto__",
    "__proto__[polluted]",
    "constructor.prototype.polluted",
    "constructor[prototype][polluted]",
  ];
  for (const name of names) {
    const more = `${encodeURIComponent(name)}=yes`;
    const query = encodeURIComponent("{ accounts { totalCount } }");
    expect((await fetch(`${graphqlUrl}?query=${query}&${more}`, { headers })).status).toBeLessThan(500);
    expect((await fetch(`${url}/export/trades?${more}`, { headers })).status).toBe(400);
    expect((await fetch(`${url}/export/${encodeURIComponent(name)}`, { headers })).status).toBe(404);
    const csv = { ...headers, "content-type": "text/csv" };
    const imported = await fetch(`${url}/import/bars?symbol=A&${more}`, { method: "POST", headers: csv, body: "x" });
    expect([imported.status, await imported.text()]).toEqual([400, expect.stringContaining("is unknown")]);
  }
  const variables = encodeURIComponent(HOSTILE);
  const stream = await openEventStream(graphqlUrl, {
    query: 'subscription { backtestProgress(backtest: "x") { __typename } }',
    variables: JSON.parse(HOSTILE),
    headers,
  });
  expect((await stream.next()).data).toContain('"errors"');
  expect((await fetch(`${graphqlUrl}?query=%7B__typename%7D&variables=${variables}`, { headers })).status).toBeLessThan(
    500,
  );
});

it("should be columns like any other in files of bars", async () => {
  const { url } = await desk.serve();
  const headers = { ...bearer(secret), "content-type": "text/csv" };
  const post = (body: string) => fetch(`${url}/import/bars?symbol=PROTO`, { method: "POST", headers, body });
  const good = await post(
    "__proto__,constructor,prototype,date,open,high,low,close\nx,y,z,2020-01-01,1,2,1,2\nx,y,z,2020-01-02,1,2,1,2\n",
  );
  expect(good.status).toBe(201);
  const bad = await post("__proto__,constructor,toString\n1,2,3\n");
  expect([bad.status, await bad.text()]).toEqual([400, expect.stringContaining("has no column")]);
});

/** How many documents of a manifest are trusted: none of one that is refused. */
function trustedIn(text: string): number {
  try {
    return parseManifest(text, "manifest.json").size;
  } catch (error) {
    if (error instanceof StartError) return 0;
    throw error;
  }
}

it("should be no documents of a manifest, and no names of one", async () => {
  for (const text of [HOSTILE, '{"__proto__":"{ __typename }"}', '{"constructor":"{ __typename }"}']) {
    expect(trustedIn(text)).toBe(0);
  }
  const folder = await mkdtemp(path.join(tmpdir(), "manifest-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "manifest.json");
  const operations = [{ id: "known", body: "{ __typename }", ...JSON.parse(HOSTILE) }];
  const manifest = { format: "apollo-persisted-query-manifest", version: 1, operations };
  await writeFile(file, JSON.stringify(manifest));
  const served = await startServedDesk();
  onTestFinished(() => served.close());
  const { graphqlUrl } = await served.serve({ trustedDocuments: await readTrustedDocuments(file) });
  const statusOf = async (body: string) => (await send(graphqlUrl, "POST", JSON_TYPE, body)).status;
  expect(await statusOf('{"documentId":"known"}')).toBe(200);
  for (const name of ["__proto__", "constructor", "toString", "sha256:__proto__"]) {
    expect(await statusOf(JSON.stringify({ documentId: name }))).toBe(403);
    expect(await statusOf(JSON.stringify({ extensions: { persistedQuery: { sha256Hash: name } } }))).toBe(403);
  }
});
