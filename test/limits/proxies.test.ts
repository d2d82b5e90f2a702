// Who a client is behind a proxy: X-Forwarded-For is believed of trusted proxies and of nobody else, on every transport.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import type { OpenVisits } from "../../src/auth/openVisits.ts";
import { createGuardedAccess, LOCAL_ACCESS } from "../../src/server/access.ts";
import {
  clientAddressOf,
  isAddressOrNetwork,
  noteClientAddress,
  trustProxies,
} from "../../src/server/clientAddress.ts";
import { readConfig } from "../../src/server/config.ts";
import { createMetrics } from "../../src/server/metrics/metrics.ts";
import type { OperationOrigin } from "../../src/server/operation.ts";
import { createWatch } from "../../src/server/watch.ts";
import { createKeptLog, send, serveToyDesk } from "../server/serving.ts";
import { codeOf, openEventStream } from "./transports.ts";

/** A request from a socket's address, as proxies have passed it on. */
function requestFrom(remoteAddress: string, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

function addressOf(trusted: readonly string[], remoteAddress: string, forwarded?: string): string | undefined {
  const asked = requestFrom(remoteAddress, forwarded);
  noteClientAddress(asked, trustProxies(trusted));
  return clientAddressOf(asked);
}

describe("the address of a client", () => {
  test.each([
    ["nobody trusted", [], "127.0.0.1", "203.0.113.7", "127.0.0.1"],
    ["another trusted", ["10.0.0.1"], "127.0.0.1", "203.0.113.7", "127.0.0.1"],
    ["the proxy trusted", ["127.0.0.1"], "127.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["the proxy's network trusted", ["10.0.0.0/8"], "10.1.2.3", "203.0.113.7", "203.0.113.7"],
    ["a proxy by IPv4 within IPv6", ["127.0.0.1"], "::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["a proxy by IPv6", ["fd00::/8"], "fd00::1", "2001:db8::7", "2001:db8::7"],
    ["no header", ["127.0.0.1"], "127.0.0.1", undefined, "127.0.0.1"],
    [
      "what the client wrote himself, before the proxy's word",
      ["127.0.0.1"],
      "127.0.0.1",
      "1.1.1.1, 203.0.113.7",
      "203.0.113.7",
    ],
    ["trusted addresses that the client wrote", ["10.0.0.0/8"], "10.0.0.1", "10.9.9.9, 203.0.113.7", "203.0.113.7"],
    ["two proxies", ["10.0.0.0/8"], "10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"],
    ["a second proxy that is not trusted", ["10.0.0.1"], "10.0.0.1", "203.0.113.7, 10.0.0.2", "10.0.0.2"],
    ["a port", ["10.0.0.1"], "10.0.0.1", "203.0.113.7:51000", "203.0.113.7"],
    ["brackets and a port", ["10.0.0.1"], "10.0.0.1", "[2001:db8::7]:51000", "2001:db8::7"],
    ["no address at all", ["10.0.0.1"], "10.0.0.1", "unknown", "10.0.0.1"],
    ["no address behind two proxies", ["10.0.0.0/8"], "10.0.0.1", "_hidden, 10.0.0.2", "10.0.0.2"],
    ["an empty header", ["10.0.0.1"], "10.0.0.1", " , ", "10.0.0.1"],
  ])("should be right with %s", (_, trusted, remoteAddress, forwarded, address) => {
    expect(addressOf(trusted, remoteAddress, forwarded)).toBe(address);
  });
});

describe("the variable TRUSTED_PROXIES", () => {
  test("should take addresses and networks", () => {
    const { trustedProxies } = readConfig({ TRUSTED_PROXIES: "127.0.0.1, ::1,10.0.0.0/8 , FD00::/8" }, []);
    expect(trustedProxies).toEqual(["127.0.0.1", "::1", "10.0.0.0/8", "fd00::/8"]);
    expect(readConfig({}, []).trustedProxies).toBeUndefined();
  });

  test.each([
    "proxy.example.org",
    "loopback",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.1,,10.0.0.2",
    "10.0.0.1:80",
    "10.0.0.0/255.0.0.0",
  ])("should refuse %s at the start", (value) => {
    expect(() => readConfig({ TRUSTED_PROXIES: value }, [])).toThrow(
      `TRUSTED_PROXIES is "${value}": it must be addresses or networks such as 10.0.0.0/8`,
    );
  });

  test("should never be what the library itself does not take", () => {
    for (const word of ["", "/", "a/b/c", "1.2.3.4/8/8", "::1/129", "::ffff:1.2.3.4/96"]) {
      if (isAddressOrNetwork(word)) expect(() => trustProxies([word])).not.toThrow();
    }
  });
});

const JSON_TYPE = { "content-type": "application/json" };

/** Opens a WebSocket as passed on for a client; answers the status of the upgrade. */
async function upgradeFor(graphqlUrl: string, client: string | undefined): Promise<number> {
  const headers = client === undefined ? {} : { "x-forwarded-for": client };
  const socket = new WebSocket(graphqlUrl.replace("http", "ws"), ["graphql-transport-ws"], { headers });
  onTestFinished(() => socket.terminate());
  socket.on("error", () => undefined);
  return Promise.race([
    once(socket, "open").then(() => 101),
    once(socket, "unexpected-response").then(([, response]) => (response as IncomingMessage).statusCode ?? 0),
  ]);
}

const serveBehind = (trustedProxies: readonly string[], operationLimits: object) =>
  serveToyDesk({ trustedProxies, operationLimits });

describe("the sockets of a client behind a trusted proxy", () => {
  test("should be counted for the client and not for the proxy", async () => {
    const { graphqlUrl } = await serveBehind(["127.0.0.1"], { socketsPerClientMax: 2 });
    for (const client of ["203.0.113.1", "203.0.113.2", "203.0.113.3"]) {
      expect(await upgradeFor(graphqlUrl, client)).toBe(101);
      expect(await upgradeFor(graphqlUrl, client)).toBe(101);
      expect(await upgradeFor(graphqlUrl, client)).toBe(429);
    }
    // Whatever he writes himself: the proxy's word is the last one.
    expect(await upgradeFor(graphqlUrl, "198.51.100.1, 203.0.113.1")).toBe(429);
  });

  test("should be counted together with his event streams", async () => {
    const { graphqlUrl } = await serveBehind(["127.0.0.1"], { socketsPerClientMax: 1 });
    expect(await upgradeFor(graphqlUrl, "203.0.113.1")).toBe(101);
    const query = "subscription { quiet }";
    const of = (client: string) => ({ query, headers: { "x-forwarded-for": client } });
    expect((await openEventStream(graphqlUrl, of("203.0.113.1"))).status).toBe(429);
    expect((await openEventStream(graphqlUrl, of("203.0.113.2"))).status).toBe(200);
    expect(await upgradeFor(graphqlUrl, "203.0.113.2")).toBe(429);
  });

  test("should not be more because a client says he were others, where his proxy is not trusted", async () => {
    for (const trusted of [[], ["10.0.0.0/8"]]) {
      const { graphqlUrl } = await serveBehind(trusted, { socketsPerClientMax: 2 });
      expect(await upgradeFor(graphqlUrl, "203.0.113.1")).toBe(101);
      expect(await upgradeFor(graphqlUrl, "203.0.113.2")).toBe(101);
      expect(await upgradeFor(graphqlUrl, "203.0.113.3")).toBe(429);
    }
  });

  test("should not be fewer because many clients share the proxy's address", async () => {
    const { url, graphqlUrl } = await serveToyDesk({ trustedProxies: ["127.0.0.1"], connectionsMax: 2 });
    for (let client = 1; client <= 5; client += 1) {
      expect(await upgradeFor(graphqlUrl, `203.0.113.${client}`)).toBe(101);
    }
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});

describe("the budget of a client behind a trusted proxy", () => {
  const budget = { rateCostPerSecond: 0.001, rateBurst: 30 };
  const spend = async (graphqlUrl: string, accept: string, client: string): Promise<unknown[]> => {
    const codes: unknown[] = [];
    for (let asked = 0; asked < 40; asked += 1) {
      const headers = { ...JSON_TYPE, accept, "x-forwarded-for": client };
      const { body } = await send(graphqlUrl, "POST", headers, '{"query":"{ hello }"}');
      codes.push(codeOf(JSON.parse(/^data: (\{.*)$/m.exec(body)?.[1] ?? body)));
    }
    return codes;
  };

  test.each(["application/json", "text/event-stream"])("should be his own: %s", async (accept) => {
    const { graphqlUrl } = await serveBehind(["127.0.0.1"], budget);
    expect(await spend(graphqlUrl, accept, "203.0.113.1")).toContain("RATE_LIMITED");
    expect((await spend(graphqlUrl, accept, "203.0.113.2"))[0]).toBeUndefined();
  });

  test("should be the proxy's where that is not trusted", async () => {
    const { graphqlUrl } = await serveBehind([], budget);
    expect(await spend(graphqlUrl, "application/json", "203.0.113.1")).toContain("RATE_LIMITED");
    expect((await spend(graphqlUrl, "application/json", "203.0.113.2"))[0]).toBe("RATE_LIMITED");
  });

  test("should be spent by opening WebSockets too", async () => {
    const { graphqlUrl } = await serveBehind(["127.0.0.1"], { rateCostPerSecond: 0.001, rateBurst: 15 });
    expect(await upgradeFor(graphqlUrl, "203.0.113.1")).toBe(101);
    expect(await upgradeFor(graphqlUrl, "203.0.113.1")).toBe(429);
    expect(await upgradeFor(graphqlUrl, "203.0.113.2")).toBe(101);
  });
});

describe("the address that an operation tells of", () => {
  test("should be the client's on each transport", async () => {
    const seen: OperationOrigin[] = [];
    const makeContext = (origin: OperationOrigin) => {
      seen.push(origin);
      return {};
    };
    const { graphqlUrl } = await serveToyDesk({ trustedProxies: ["127.0.0.1"], makeContext });
    const forwarded = { "x-forwarded-for": "203.0.113.9" };
    const body = '{"query":"{ hello }"}';
    await send(graphqlUrl, "POST", { ...JSON_TYPE, ...forwarded }, body);
    await send(`${graphqlUrl}?query={hello}`, "GET", { accept: "application/json", ...forwarded });
    await openEventStream(graphqlUrl, { query: "subscription { quiet }", headers: forwarded });
    const socket = new WebSocket(graphqlUrl.replace("http", "ws"), ["graphql-transport-ws"], { headers: forwarded });
    onTestFinished(() => socket.terminate());
    await once(socket, "open");
    socket.send('{"type":"connection_init"}');
    await once(socket, "message");
    socket.send('{"type":"subscribe","id":"1","payload":{"query":"{ hello }"}}');
    await once(socket, "message");
    expect(seen.map(({ transport, address }) => [transport, address])).toEqual([
      ["http", "203.0.113.9"],
      ["http", "203.0.113.9"],
      ["event stream", "203.0.113.9"],
      ["websocket", "203.0.113.9"],
    ]);
  });
});

describe("the origin of a page behind a proxy that ends TLS", () => {
  const door: Parameters<typeof createGuardedAccess>[0] = {
    authenticate: async () => LOCAL_ACCESS.authenticate(undefined),
    visits: LOCAL_ACCESS.visits as OpenVisits,
  };
  const options = { host: "127.0.0.1", allowedHosts: ["desk.example.com"], allowedOrigins: [] };
  const access = createGuardedAccess(door, options);
  const DESK = "desk.example.com";

  test.each([
    [DESK, "https://desk.example.com", true],
    [DESK, "http://desk.example.com", true],
    [DESK, "https://desk.example.com:443", true],
    ["desk.example.com:443", "https://desk.example.com", true],
    ["desk.example.com:8443", "https://desk.example.com:8443", true],
    ["Desk.Example.com", "https://desk.example.com", true],
    ["desk.example.com:443", "http://desk.example.com", false],
    [DESK, "https://desk.example.com:8443", false],
    [DESK, "https://evil.example.com", false],
    [DESK, "https://desk.example.com.evil.org", false],
    [DESK, "https://desk.example.com@evil.org", false],
    [DESK, "https://evil.org/desk.example.com", false],
    [DESK, "null", false],
    [DESK, "", false],
    ["evil.org", "https://evil.org", false],
  ])("should be its own for Host %s and Origin %s: %s", async (host, origin, isOwn) => {
    const { url, graphqlUrl, port } = await serveToyDesk({ access, trustedProxies: ["127.0.0.1"] });
    const expected = isOwn ? 200 : 403;
    for (const proto of [{}, { "x-forwarded-proto": "https" }, { "x-forwarded-proto": "http" }]) {
      const headers = { host, origin, ...proto, "x-forwarded-for": "203.0.113.9" };
      const asked = { ...JSON_TYPE, ...headers };
      expect((await send(graphqlUrl, "POST", asked, '{"query":"{ hello }"}')).status).toBe(expected);
      const accept = "text/event-stream";
      const streamed = await send(graphqlUrl, "POST", { ...asked, accept }, '{"query":"subscription { tick(to: 1) }"}');
      expect(streamed.status).toBe(expected);
      expect((await send(`${url}/`, "GET", headers)).status).toBe(expected);
      const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, ["graphql-transport-ws"], { headers });
      onTestFinished(() => socket.terminate());
      socket.on("error", () => undefined);
      const opened = await Promise.race([
        once(socket, "open").then(() => 200),
        once(socket, "unexpected-response").then(([, response]) => (response as IncomingMessage).statusCode),
      ]);
      expect(opened).toBe(expected);
    }
  });
});

describe("the metrics", () => {
  test("should not be told to whom a proxy passes on, trusted or not", async () => {
    const { log } = createKeptLog();
    const metrics = createMetrics({ knownOperations: [], backtests: async () => ({}) });
    const watch = createWatch({ metrics, log });
    for (const trustedProxies of [[], ["127.0.0.1"]]) {
      const { url } = await serveToyDesk({ watch, trustedProxies });
      expect((await send(`${url}/metrics`, "GET")).status).toBe(200);
      for (const headers of [
        { "x-forwarded-for": "203.0.113.9" },
        { "x-forwarded-for": "127.0.0.1" },
        { "x-forwarded-for": "" },
        { forwarded: "for=127.0.0.1" },
      ]) {
        expect((await send(`${url}/metrics`, "GET", headers)).status).toBe(403);
      }
    }
  });
});
