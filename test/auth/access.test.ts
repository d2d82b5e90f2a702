// Who comes in by HTTP, WebSocket and event stream, what of others' exists for him, and how he is shown out.

import { parse, subscribe } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSchemaContext, schema } from "../../schema/index.ts";
import { grantedViewer } from "../../src/auth/viewer.ts";
import { createExecutions } from "../../src/server/streams/compiledExecution.ts";
import { accountIdOf } from "../../src/services/accountIds.ts";
import { createReads } from "../../src/store/reads.ts";
import { upgradeStatus } from "../server/rawSocket.ts";
import { send } from "../server/serving.ts";
import { openEventStream } from "../streams/eventStreamReader.ts";
import { openStreamSocket } from "../streams/streamSocket.ts";
import { Enable, ExecuteSignal, PublishQuotes } from "../support/documents.ts";
import { ask, bearer, codeOf, type GuardedDesk, startGuardedDesk } from "./guardedDesk.ts";

const ACCOUNT = "{ account { name } }";
const EVENTS = "subscription { accountEvents { __typename } }";
const UNKNOWN = "ptk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const PAST = new Date(0);

let desk: GuardedDesk;
beforeAll(async () => {
  desk = await startGuardedDesk();
  for (const owner of ["local", "ben"]) {
    const client = desk.api.clientOf(owner);
    for (const name of ["main", "other"]) await client.run(Enable, { input: { name } });
  }
});
afterAll(() => desk.close());

/** A key that was good once. */
async function spentKey(column: "expires_at" | "revoked_at"): Promise<string> {
  const secret = await desk.newKey(["read"]);
  const newest = "(SELECT key_id FROM api_keys ORDER BY created_at DESC, key_id DESC LIMIT 1)";
  await desk.database.prisma.$executeRawUnsafe(
    `UPDATE api_keys SET ${column} = '${PAST.toISOString()}' WHERE key_id = ${newest}`,
  );
  return secret;
}

const BAD: readonly (readonly [string, () => Promise<string | undefined>])[] = [
  ["nothing", async () => undefined],
  ["an unknown key", async () => UNKNOWN],
  ["an expired key", () => spentKey("expires_at")],
  ["a revoked key", () => spentKey("revoked_at")],
  ["a token, where none are taken", async () => "eyJhbGciOiJub25lIn0.e30."],
];

describe.each(BAD)("one who comes with %s", (_name, secretOf) => {
  it("should be answered 401 over HTTP, on every road", async () => {
    const { url, graphqlUrl } = await desk.serve();
    const secret = await secretOf();
    const answered = await ask(graphqlUrl, secret, ACCOUNT);
    expect([answered.status, codeOf(answered), answered.data]).toEqual([401, "UNAUTHENTICATED", undefined]);
    const json = { "content-type": "application/json", ...bearer(secret) };
    for (const { path, ...init } of [
      {
        path: "/graphql",
        method: "POST",
        headers: { ...json, accept: "text/event-stream" },
        body: `{"query":"${EVENTS}"}`,
      },
      {
        path: "/graphql",
        method: "POST",
        headers: { ...json, accept: "application/graphql-response+json" },
        body: "no",
      },
      { path: `/graphql?query=${encodeURIComponent(ACCOUNT)}`, headers: bearer(secret) },
      { path: "/export/trades", headers: bearer(secret) },
      {
        path: "/import/bars?symbol=A",
        method: "POST",
        headers: { "content-type": "text/csv", ...bearer(secret) },
        body: "a",
      },
    ]) {
      const response = await fetch(`${url}${path}`, init);
      expect([path, response.status]).toEqual([path, 401]);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer realm="papertape"/);
      if (secret !== undefined) expect(await response.text()).not.toContain(secret);
    }
  });

  it("should be closed with 4401 on a WebSocket", async () => {
    const { graphqlUrl } = await desk.serve();
    const secret = await secretOf();
    const socket = await openStreamSocket(graphqlUrl, { initialise: false });
    socket.send({ type: "connection_init", payload: bearer(secret) });
    expect(await socket.closed).toMatchObject({ code: 4401, reason: expect.stringMatching(/^Unauthorized/) });
  });
});

describe("one who comes with a good key", () => {
  it("should be let in over HTTP, by WebSocket in each way, and by event stream", async () => {
    const { graphqlUrl } = await desk.serve();
    const secret = await desk.newKey(["read"]);
    expect(await ask(graphqlUrl, secret, ACCOUNT)).toEqual({ status: 200, data: { account: { name: "main" } } });
    const { authorization } = bearer(secret);
    for (const connectionParams of [
      { authorization },
      { Authorization: authorization },
      { headers: { authorization } },
    ]) {
      const socket = await openStreamSocket(graphqlUrl, { connectionParams });
      socket.subscribe("1", ACCOUNT);
      expect(await socket.nextFor("1")).toMatchObject({ payload: { data: { account: { name: "main" } } } });
    }
    const stream = await openEventStream(graphqlUrl, { query: EVENTS, headers: bearer(secret) });
    expect(stream.isEnded()).toBe(false);
  });

  it("should leave a line in the log for each act, with who did it and no secret", async () => {
    const { graphqlUrl, lines } = await desk.serve();
    const secret = await desk.newKey(["trade"]);
    await ask(graphqlUrl, secret, "mutation Switch { enable { __typename } }");
    await ask(graphqlUrl, secret, 'mutation { createApiKey(input: { name: "x", scopes: [ADMIN] }) { __typename } }');
    const audit = lines.flatMap((line) => line["audit"] ?? []);
    expect(audit).toEqual([
      {
        actor: expect.stringMatching(/^key:[0-9a-f-]{36}$/),
        owner: "local",
        act: "enable",
        operation: "Switch",
        outcome: "enabled",
      },
      { actor: expect.stringMatching(/^key:/), owner: "local", act: "createApiKey", outcome: "FORBIDDEN" },
    ]);
    expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it("should make a key that works, and see its secret never again", async () => {
    const { graphqlUrl } = await desk.serve();
    const admin = await desk.newKey(["admin"]);
    const create = `mutation { createApiKey(input: { name: "bot", scopes: [READ], accounts: ["main"] }) {
      ... on CreateApiKeyPayload { secret apiKey { id name scopes prefix accounts createdBy } } } }`;
    const { data } = await ask(graphqlUrl, admin, create);
    const { secret, apiKey } = (data as { createApiKey: { secret: string; apiKey: { id: string } } }).createApiKey;
    expect(apiKey).toMatchObject({ name: "bot", scopes: ["READ"], createdBy: expect.stringMatching(/^key:/) });
    expect((await ask(graphqlUrl, secret, ACCOUNT)).data).toEqual({ account: { name: "main" } });
    const listed = await ask(graphqlUrl, admin, "{ apiKeys(first: 1) { totalCount edges { node { id prefix } } } }");
    expect(JSON.stringify(listed)).toContain(apiKey.id);
    expect(JSON.stringify(listed)).not.toContain(secret);
    const revoke = `mutation { revokeApiKey(input: { apiKey: "${apiKey.id}" }) { __typename } }`;
    expect((await ask(graphqlUrl, admin, revoke)).data).toEqual({
      revokeApiKey: { __typename: "RevokeApiKeyPayload" },
    });
    expect((await ask(graphqlUrl, secret, ACCOUNT)).status).toBe(401);
  });
});

describe("open visits", () => {
  async function visitWith(graphqlUrl: string, secret: string) {
    const socket = await openStreamSocket(graphqlUrl, { connectionParams: bearer(secret) });
    socket.subscribe("1", EVENTS);
    const stream = await openEventStream(graphqlUrl, { query: EVENTS, headers: bearer(secret) });
    await socket.roundTrip();
    return { socket, stream };
  }

  it("should end at once where their key is revoked on this server, and no others", async () => {
    const { graphqlUrl } = await desk.serve();
    const admin = await desk.newKey(["admin"]);
    const { socket, stream } = await visitWith(graphqlUrl, await desk.newKey(["read"]));
    const listed = await ask(graphqlUrl, admin, "{ apiKeys(first: 1) { edges { node { id } } } }");
    const id = /"id":"([^"]+)"/.exec(JSON.stringify(listed))?.[1];
    const other = await visitWith(graphqlUrl, await desk.newKey(["read"]));
    await ask(graphqlUrl, admin, `mutation { revokeApiKey(input: { apiKey: "${id}" }) { __typename } }`);
    expect(await socket.closed).toMatchObject({ code: 4403, reason: expect.stringMatching(/^Forbidden/) });
    expect(await stream.ended).toBe("cut");
    expect([other.socket.isClosed(), other.stream.isEnded()]).toEqual([false, false]);
  });

  it("should end at the next look where their key was revoked elsewhere, or has expired", async () => {
    const { graphqlUrl, guard } = await desk.serve();
    for (const column of ["revoked_at", "expires_at"] as const) {
      const expiresAt = column === "expires_at" ? new Date(Date.now() + 1_500) : undefined;
      const { socket, stream } = await visitWith(graphqlUrl, await desk.newKey(["read"], expiresAt && { expiresAt }));
      if (column === "revoked_at") await desk.database.prisma.$executeRaw`UPDATE api_keys SET revoked_at = now()`;
      const closed = expect.poll(
        async () => {
          await guard.look();
          return socket.isClosed();
        },
        { timeout: 20_000 },
      );
      await closed.toBe(true);
      expect(await socket.closed).toMatchObject({ code: 4403 });
      expect(await stream.ended).toBe("cut");
    }
  });
});

describe("Host and Origin", () => {
  it("should be this server's own, or allowed, over HTTP and at the upgrade", async () => {
    const { url, graphqlUrl } = await desk.serve();
    const secret = await desk.newKey(["read"]);
    const body = JSON.stringify({ query: ACCOUNT });
    const host = new URL(url).host;
    for (const [headers, isWelcome] of [
      [{}, true],
      [{ origin: `http://${host}` }, true],
      [{ origin: "https://app.example.org" }, true],
      [{ origin: "https://evil.example.org" }, false],
      [{ origin: "null" }, false],
      [{ host: "evil.example.org" }, false],
      [{ host: "evil.example.org", origin: "http://evil.example.org" }, false],
    ] as const) {
      const all = { "content-type": "application/json", ...bearer(secret), ...headers };
      const { status } = await send(graphqlUrl, "POST", all, body);
      expect([headers, status]).toEqual([headers, isWelcome ? 200 : 403]);
      expect(await upgradeStatus(graphqlUrl, headers)).toBe(isWelcome ? 101 : 403);
    }
  });

  it("should let browsers read the answers for pages that are allowed only", async () => {
    const { graphqlUrl } = await desk.serve();
    const asked = { "access-control-request-method": "POST" };
    const allowed = await send(graphqlUrl, "OPTIONS", { origin: "https://app.example.org", ...asked });
    expect([allowed.status, allowed.headers["access-control-allow-origin"]]).toEqual([204, "https://app.example.org"]);
    const own = await send(graphqlUrl, "OPTIONS", asked);
    expect(own.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("should not matter to health, nor should credentials", async () => {
    const { url } = await desk.serve();
    expect((await send(`${url}/health/ready`, "GET", { host: "10.0.0.7:4000" })).status).toBe(200);
    expect((await send(`${url}/health/live`, "GET")).status).toBe(200);
    const page = await send(`${url}/graphql`, "GET", { accept: "text/html" });
    expect(page.status).toBe(200);
  });
});

describe("what is another's", () => {
  /** All that there is to know of an account, asked for by name, by id, in lists and by each id in it. */
  async function sightOf(secret: string, { account, ids }: { account: string; ids: readonly string[] }) {
    const { url, graphqlUrl } = await desk.serve();
    const scope = `account: ${JSON.stringify(account)}`;
    const nodes = ids.map((id, index) => `n${index}: node(id: ${JSON.stringify(id)}) { __typename }`).join(" ");
    const answered = await ask(
      graphqlUrl,
      secret,
      `{ account(${scope}) { name } eligibility(${scope}) { eligible } sessions(${scope}) { totalCount }
         positions(${scope}) { totalCount } trades(${scope}) { totalCount } signals(${scope}) { totalCount }
         signal(${scope}, signalId: "one") { status } report(${scope}) { session } equityCurve(${scope}) { points { equity } }
         ${nodes} }`,
    );
    const acts = await ask(
      graphqlUrl,
      secret,
      `mutation { disable(input: { ${scope} }) { __typename } updateSettings(input: { ${scope}, settings: { maxTradeRisk: "1" } })
         { __typename } reset(input: { ${scope}, session: 1 }) { __typename }
         executeSignal(input: { ${scope}, signalId: "x", symbol: "ACME", assetClass: STOCK, entryPrice: "100", stopLoss: "95", target1: "110" })
         { __typename } closePosition(input: { position: ${JSON.stringify(ids[1])} }) { __typename } }`,
    );
    const exported = await fetch(`${url}/export/trades?account=${encodeURIComponent(account)}`, {
      headers: bearer(secret),
    });
    const stream = await openEventStream(graphqlUrl, {
      query: `subscription { accountEvents(${scope}) { __typename } }`,
      headers: bearer(secret),
    });
    const first = (await stream.next()).data?.replaceAll(account, "…");
    return { answered, acts, export: [exported.status, await exported.text()], first };
  }

  it("should be as if it did not exist: for another owner, and for a key that is bound to another account", async () => {
    const ben = desk.api.clientOf("ben");
    await desk.api.client.run(PublishQuotes, { quotes: [{ symbol: "ACME", price: "100" }] });
    const stops = { entryPrice: "100", stopLoss: "95", target1: "110", positionSize: "10" };
    const input = { account: "main", signalId: "one", symbol: "ACME", ...stops };
    const idsOf = async (client: typeof ben) => {
      const { executeSignal } = await client.run(ExecuteSignal, { input });
      const { enable } = await client.run(Enable, {});
      if (executeSignal.__typename !== "ExecuteSignalPayload" || enable.__typename !== "EnablePayload")
        throw new Error();
      return [enable.account.id, executeSignal.signal.position?.id ?? "", executeSignal.signal.id];
    };
    const [bens, locals] = [await idsOf(ben), await idsOf(desk.api.client)];
    const nothing = btoa(`Account:${accountIdOf("nobody", "main")}`);
    const nowhere = { account: nothing, ids: [nothing, btoa(`Position:${accountIdOf("nobody", "main")}:3`), nothing] };

    const unbound = await desk.newKey(["trade"]);
    const expected = await sightOf(unbound, nowhere);
    expect(JSON.stringify(expected.acts)).toContain("AccountNotFound");
    expect(await sightOf(unbound, { account: bens[0] ?? "", ids: bens })).toEqual(expected);

    const bound = await desk.newKey(["trade"], { accounts: ["other"] });
    expect(await sightOf(bound, { account: locals[0] ?? "", ids: locals })).toEqual(expected);
    expect(await sightOf(bound, { account: bens[0] ?? "", ids: bens })).toEqual(expected);

    const { graphqlUrl } = await desk.serve();
    const mine = await ask(
      graphqlUrl,
      bound,
      '{ accounts { totalCount edges { node { name } } } account(account: "other") { name } }',
    );
    expect(mine.data).toEqual({
      accounts: { totalCount: 1, edges: [{ node: { name: "other" } }] },
      account: { name: "other" },
    });
  });

  it("should not be made anew over what exists by one who is bound elsewhere", async () => {
    const { graphqlUrl } = await desk.serve();
    const bound = await desk.newKey(["trade"], { accounts: ["other"] });
    for (const name of ["main", "never-made"]) {
      const { data } = await ask(graphqlUrl, bound, `mutation { enable(input: { name: "${name}" }) { __typename } }`);
      expect(data).toEqual({ enable: { __typename: "InvalidInput" } });
    }
    expect(await desk.api.clientOf("local").answer("{ accounts { totalCount } }" as never)).toEqual({
      data: { accounts: { totalCount: 2 } },
    });
  });
});

describe("compiled execution", () => {
  it("should judge by the same rules", async () => {
    const viewer = grantedViewer({ owner: "local", actor: { kind: "local" }, scopes: ["feed"], accounts: null });
    const { running, dataSets, backtests } = desk.api;
    const contextValue = createSchemaContext({
      viewer,
      desk: running,
      reads: createReads(desk.database),
      dataSets,
      backtests,
    });
    const forbidden = { errors: [{ extensions: { code: "FORBIDDEN" } }] };
    const execute = createExecutions().prepare({ schema, document: parse(ACCOUNT), contextValue });
    expect(await execute(undefined)).toMatchObject({ ...forbidden, data: { account: null } });
    expect(await subscribe({ schema, document: parse(EVENTS), contextValue })).toMatchObject(forbidden);
  });
});
