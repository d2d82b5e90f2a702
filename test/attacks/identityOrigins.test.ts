// Pages of other sites: an evil Origin, and a name that was made to resolve to this machine (DNS rebinding), on every road
// and in both modes. More of single requests is in test/server/http.test.ts and test/auth/access.test.ts.
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";
import { upgradeStatus } from "../server/rawSocket.ts";
import { send } from "../server/serving.ts";
import { Enable } from "../support/documents.ts";
import { type ServedDesk, startServedDesk } from "../support/servedDesk.ts";

const JSON_TYPE = { "content-type": "application/json", accept: "application/json" };
const MAKE = 'mutation { enable(input: { name: "forged" }) { __typename } }';
const EVENTS = "subscription { accountEvents { __typename } }";

interface Mode {
  /** Serves, and says what credentials a page could have got hold of. */
  serve(): Promise<{ readonly url: string; readonly credentials: Record<string, string> }>;
  accounts(): Promise<unknown>;
}

let guarded: GuardedDesk;
let local: ServedDesk;
beforeAll(async () => {
  guarded = await startGuardedDesk();
  local = await startServedDesk();
  for (const { api } of [guarded, local]) await api.client.run(Enable);
});
afterAll(async () => {
  await guarded.close();
  await local.close();
});

const MODES: readonly (readonly [string, Mode])[] = [
  [
    "AUTH=on",
    {
      serve: async () => ({ url: (await guarded.serve()).url, credentials: bearer(await guarded.newKey(["admin"])) }),
      accounts: () => guarded.database.prisma.account.count(),
    },
  ],
  [
    "AUTH=off",
    {
      serve: async () => ({ url: (await local.serve()).graphqlUrl.replace("/graphql", ""), credentials: {} }),
      accounts: () => local.api.client.answer("{ accounts { totalCount } }" as never),
    },
  ],
];

const EVIL_ORIGINS = [
  "https://evil.example.org",
  "null",
  "http://localhost.evil.example.org",
  "http://127.0.0.1.evil.example.org",
  "http://localhost@evil.example.org",
  "http://evil.example.org:80#localhost",
  "file://",
  "chrome-extension://abcdefgh",
  "https://app.example.org.evil.example.org",
  "https://app.example.org@evil.example.org",
  "",
];

/** Names that could be made to resolve to this machine, and what else is no name of it. */
const EVIL_HOSTS = [
  "evil.example.org",
  "evil.example.org:4000",
  "localhost.evil.example.org",
  "127.0.0.1.evil.example.org",
  "localhost.",
  "localhost@evil.example.org",
  "localhost,evil.example.org",
  "0.0.0.0",
  "[::]",
  "2130706433",
  "0x7f000001",
  "127.1",
];

/** Every road, with what a page would send to it. */
const ROADS: readonly (readonly [
  name: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string,
])[] = [
  ["a mutation", "POST", "/graphql", JSON_TYPE, JSON.stringify({ query: MAKE })],
  ["a mutation as a form", "POST", "/graphql", { "content-type": "text/plain" }, JSON.stringify({ query: MAKE })],
  ["a query in the address", "GET", "/graphql?query=%7Baccounts%7BtotalCount%7D%7D", {}, ""],
  [
    "an event stream",
    "POST",
    "/graphql",
    { ...JSON_TYPE, accept: "text/event-stream" },
    JSON.stringify({ query: EVENTS }),
  ],
  [
    "an event stream by GET",
    "GET",
    `/graphql?query=${encodeURIComponent(EVENTS)}`,
    { accept: "text/event-stream" },
    "",
  ],
  ["the page", "GET", "/graphql", { accept: "text/html" }, ""],
  ["an export", "GET", "/export/trades", {}, ""],
  ["an import", "POST", "/import/bars?symbol=A", { "content-type": "text/csv" }, "x"],
  ["metrics", "GET", "/metrics", {}, ""],
  ["a question before", "OPTIONS", "/graphql", { "access-control-request-method": "POST" }, ""],
];

describe.each(MODES)("with %s", (_name, { serve, accounts }) => {
  it.each(ROADS)("should refuse %s of a page of another site", async (_road, method, path, headers, body) => {
    const { url, credentials } = await serve();
    const before = await accounts();
    const evil = [...EVIL_ORIGINS.map((origin) => ({ origin })), ...EVIL_HOSTS.map((host) => ({ host }))];
    for (const added of evil) {
      const answer = await send(`${url}${path}`, method, { ...headers, ...credentials, ...added }, body);
      expect([added, answer.status]).toEqual([added, 403]);
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
      expect(answer.headers["content-type"]).toContain("text/plain");
    }
    expect(await accounts()).toEqual(before);
  });

  it("should refuse its WebSockets before they open", async () => {
    const { url } = await serve();
    for (const origin of EVIL_ORIGINS)
      expect([origin, await upgradeStatus(`${url}/graphql`, { origin })]).toEqual([origin, 403]);
    for (const host of EVIL_HOSTS) {
      expect([host, await upgradeStatus(`${url}/graphql`, { host })]).toEqual([host, 403]);
    }
  });

  it("should believe neither a second Host, nor an address that says another, nor what a proxy would say", async () => {
    const { url } = await serve();
    const own = new URL(url).host;
    const lines = (request: string, ...headers: string[]): Promise<string> =>
      spoken(url, [request, ...headers, "", ""].join("\r\n"));
    const evil = "Host: evil.example.org";
    expect(await lines("GET /export/trades HTTP/1.1", evil, `Host: ${own}`)).toMatch(/^HTTP\/1.1 40[03] /);
    expect(await lines("GET /export/trades HTTP/1.1", evil, `X-Forwarded-Host: ${own}`)).toMatch(/^HTTP\/1.1 403 /);
    expect(await lines(`GET http://${own}/export/trades HTTP/1.1`, evil)).toMatch(/^HTTP\/1.1 403 /);
    expect(await lines("GET /export/trades HTTP/1.1", "Host: ")).toMatch(/^HTTP\/1.1 40[03] /);
    expect(await lines("GET /export/trades HTTP/1.0")).toMatch(/^HTTP\/1.1 403 /);
    expect(await lines("GET http://evil.example.org/export/trades HTTP/1.1", `Host: ${own}`)).toMatch(
      /^HTTP\/1.1 40[134] /,
    );
  });
});

/** What is answered to a request as it stands. */
function spoken(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.once("data", (chunk) => {
      resolve(String(chunk));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}
