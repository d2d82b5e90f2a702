// Who caused each event of an account: two keys, a token, the key of a feed and the desk itself, told on every way.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../src/auth/scopes.ts";
import { ownerViewer } from "../../src/auth/viewer.ts";
import { encodeCursor } from "../../src/events/cursor.ts";
import { accountIdOf } from "../../src/services/accountIds.ts";
import { createApiKey } from "../../src/services/apiKeys.ts";
import { createApiKeyStore } from "../../src/store/apiKeys.ts";
import { openDatabase } from "../../src/store/database.ts";
import { openEventStream } from "../streams/eventStreamReader.ts";
import { openStreamSocket } from "../streams/streamSocket.ts";
import { silentLog } from "../support/log.ts";
import { embeddedPlace, startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { ask, bearer } from "./guardedDesk.ts";
import { type Provider, startProvider } from "./provider.ts";

const ACCOUNT_ID = accountIdOf("local", "main");
const BEGINNING = encodeCursor({ accountId: ACCOUNT_ID, sequence: 0 });
const POSITION = (number: number): string => JSON.stringify(btoa(`Position:${ACCOUNT_ID}:${number}`));
const EVENTS = `subscription Told($after: LogCursor) {
  accountEvents(after: $after) { __typename sequence actor ... on AccountChanged { change by } ... on TradeClosed { trade { exitReason } } } }`;

/** What an event is told as: its kind, and who caused it. */
interface Told {
  readonly __typename: string;
  readonly sequence: number;
  readonly actor: string | null;
  readonly change?: string;
  readonly by?: string | null;
  readonly trade?: { readonly exitReason: string };
}

const KEYS: readonly {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly accounts?: readonly string[];
}[] = [
  { name: "ana", scopes: ["trade"] },
  { name: "ben", scopes: ["trade"] },
  { name: "feed", scopes: ["feed"] },
  { name: "bound", scopes: ["read"], accounts: ["main"] },
];

type Who = "ana" | "ben" | "token" | "feed";

interface Step {
  readonly who: Who;
  readonly act: string;
  readonly field: string;
  /** The kinds of the events that it makes, each with the one who caused it where that is another. */
  readonly makes: readonly (readonly [kind: string, by?: "desk"])[];
}

function signal(signalId: string, more = ""): string {
  const prices = 'symbol: "ACME", assetClass: STOCK, entryPrice: "100", stopLoss: "95", target1: "110"';
  return `executeSignal(input: { signalId: "${signalId}", ${prices}, ${more || 'positionSize: "10"'} }) { __typename }`;
}

function quote(price: string, time: string, symbol = "ACME"): string {
  return `publishQuotes(quotes: [{ symbol: "${symbol}", price: "${price}", time: "2024-03-01T${time}Z" }]) { accepted }`;
}

const STEPS: readonly Step[] = [
  { who: "feed", act: "publishQuotes", field: quote("100", "14:30:00"), makes: [] },
  { who: "ana", act: "enable", field: "enable { __typename }", makes: [["ENABLED"]] },
  { who: "token", act: "executeSignal", field: signal("one"), makes: [["PositionOpened"]] },
  // The same signal again is the first one's outcome: whoever sends it has caused nothing.
  { who: "ben", act: "executeSignal", field: signal("one"), makes: [] },
  { who: "ben", act: "executeSignal", field: signal("two"), makes: [["PositionOpened"]] },
  { who: "ana", act: "executeSignal", field: signal("huge", 'positionSize: "1000000"'), makes: [["SignalDeclined"]] },
  {
    who: "ana",
    act: "closePosition",
    field: `closePosition(input: { position: ${POSITION(2)}, quantity: "4", requestId: "r" }) { __typename }`,
    makes: [["MANUAL"]],
  },
  {
    who: "feed",
    act: "publishQuotes",
    field: quote("94", "14:31:00"),
    makes: [
      ["STOP_LOSS", "desk"],
      ["STOP_LOSS", "desk"],
    ],
  },
  { who: "feed", act: "publishQuotes", field: quote("100", "14:32:00"), makes: [] },
  {
    who: "ben",
    act: "executeSignal",
    field: signal("brief", 'positionSize: "10", expiresAt: "2024-03-01T14:40:00Z"'),
    makes: [["PositionOpened"]],
  },
  // Time has passed: a price of anything tells it.
  { who: "feed", act: "publishQuotes", field: quote("7", "14:41:00", "OTHR"), makes: [["EXPIRED", "desk"]] },
  {
    who: "token",
    act: "updateSettings",
    field: 'updateSettings(input: { settings: { maxTradeRisk: "1" } }) { __typename }',
    makes: [["SETTINGS"]],
  },
  { who: "token", act: "executeSignal", field: signal("three"), makes: [["PositionOpened"]] },
  { who: "ben", act: "disable", field: "disable { __typename }", makes: [["MANUAL"], ["DISABLED"]] },
  { who: "ana", act: "enable", field: "enable { __typename }", makes: [["ENABLED"]] },
  { who: "ben", act: "executeSignal", field: signal("four"), makes: [["PositionOpened"]] },
  { who: "ana", act: "reset", field: "reset(input: { session: 1 }) { __typename }", makes: [["RESET"], ["RESET"]] },
];

const COUNT = STEPS.reduce((sum, { makes }) => sum + makes.length, 0);
/** What would begin a line of its own in a log, or of a terminal. */
const SUBJECT = 'auth0|eve\n{"level":60}\u202e';
const SHOWN = 'auth0|eve\\u{a}{"level":60}\\u{202e}';

const kindOf = ({ __typename, change, trade }: Told): string => change ?? trade?.exitReason ?? __typename;

async function bySocket(graphqlUrl: string, secret: string | undefined, count: number): Promise<Told[]> {
  const socket = await openStreamSocket(graphqlUrl, { connectionParams: bearer(secret) });
  socket.subscribe("told", EVENTS, { variables: { after: BEGINNING } });
  const told: Told[] = [];
  while (told.length < count) {
    const { payload } = (await socket.nextFor("told")) as { payload: { data: { accountEvents: Told } } };
    told.push(payload.data.accountEvents);
  }
  return told;
}

async function byEventStream(graphqlUrl: string, secret: string | undefined, count: number): Promise<Told[]> {
  const variables = { after: BEGINNING };
  const stream = await openEventStream(graphqlUrl, { query: EVENTS, variables, headers: bearer(secret) });
  const told: Told[] = [];
  while (told.length < count) {
    const { data = "" } = await stream.next();
    told.push((JSON.parse(data) as { data: { accountEvents: Told } }).data.accountEvents);
  }
  return told;
}

describe("a desk with keys and tokens", () => {
  let provider: Provider;
  let desk: WireDesk;
  const secrets = new Map<string, string>();
  const actors = new Map<string, string>();
  beforeAll(async () => {
    provider = await startProvider();
    const env = { ...provider.env, AUTH: "on", CLOCK: "feed", LOG_LEVEL: "info" };
    desk = await startWireDesk(env, async () => {
      const place = await embeddedPlace();
      const database = await openDatabase({ dataDir: place.env["DATA_DIR"] ?? "", log: silentLog });
      const store = createApiKeyStore(database);
      for (const { name, ...wishes } of KEYS) {
        const made = await createApiKey(store, ownerViewer("local"), { name, ...wishes });
        if (made.kind !== "created") throw new Error(JSON.stringify(made));
        actors.set(name, `key:${made.apiKey.keyId}`);
        secrets.set(name, made.secret);
      }
      await database.close();
      return place;
    });
    secrets.set("token", await tokenOf(SUBJECT));
    actors.set("token", `token:${SHOWN}`);
    actors.set("desk", "desk");
    for (const { who, field } of STEPS) {
      const answered = await ask(`${desk.server.url}/graphql`, secrets.get(who), `mutation { ${field} }`);
      expect([field, answered.errors]).toEqual([field, undefined]);
    }
  });
  afterAll(async () => {
    provider.close();
    await desk.stop();
  });

  const tokenOf = (sub: string): Promise<string> =>
    provider.token({ sub, papertape_owner: "local", papertape_scopes: ["trade"] });

  const expected = (): unknown[] =>
    STEPS.flatMap(({ who, makes }) => makes.map(([kind, by = who]) => [kind, actors.get(by)])).map(
      ([kind, actor], index) => [index + 1, kind, actor],
    );
  const shown = (told: readonly Told[]): unknown[] => told.map((event) => [event.sequence, kindOf(event), event.actor]);

  it("should tell who caused each event, by WebSocket and event stream, also a key that is bound to the account", async () => {
    const graphqlUrl = `${desk.server.url}/graphql`;
    for (const name of ["ana", "bound", "token"]) {
      expect(shown(await bySocket(graphqlUrl, secrets.get(name), COUNT))).toEqual(expected());
      expect(shown(await byEventStream(graphqlUrl, secrets.get(name), COUNT))).toEqual(expected());
    }
  });

  it("should say the same in the log of its process, act by act", async () => {
    const lines = `${desk.server.stdout()}\n${desk.server.stderr()}`.split("\n").filter((line) => line.startsWith("{"));
    const audit = lines.flatMap((line) => (JSON.parse(line) as { audit?: { actor: string; act: string } }).audit ?? []);
    expect(audit.map(({ actor, act }) => [actor, act])).toEqual(STEPS.map(({ who, act }) => [actors.get(who), act]));
  });

  it("should tell it still after a restart", async () => {
    await desk.restart();
    const graphqlUrl = `${desk.server.url}/graphql`;
    expect(shown(await bySocket(graphqlUrl, secrets.get("bound"), COUNT))).toEqual(expected());
    expect(shown(await byEventStream(graphqlUrl, secrets.get("bound"), COUNT))).toEqual(expected());
  });

  it("should bound what a token calls itself", async () => {
    const graphqlUrl = `${desk.server.url}/graphql`;
    const token = await tokenOf("\n".repeat(100) + "e".repeat(9_900));
    const socket = await openStreamSocket(graphqlUrl, { connectionParams: bearer(token) });
    socket.subscribe("act", "mutation { disable { __typename } }");
    expect(await socket.nextFor("act")).toMatchObject({
      payload: { data: { disable: { __typename: "DisablePayload" } } },
    });
    const last = (await bySocket(graphqlUrl, token, COUNT + 1)).at(-1);
    expect(last).toMatchObject({ change: "DISABLED", by: null });
    expect(last?.actor).toMatch(/^token:(\\u\{a\}){42}\\sha256\{[0-9a-f]{32}\}$/);
    expect(last?.actor?.length).toBeLessThanOrEqual("token:".length + 255);
  });
});

describe("a desk without keys", () => {
  it("should tell what was done on this computer from what the desk did by itself", async () => {
    const desk = await startWireDesk({ CLOCK: "feed" });
    try {
      const graphqlUrl = `${desk.server.url}/graphql`;
      for (const field of [quote("100", "14:30:00"), "enable { __typename }", signal("one"), quote("94", "14:31:00")]) {
        await ask(graphqlUrl, undefined, `mutation { ${field} }`);
      }
      expect((await bySocket(graphqlUrl, undefined, 3)).map((event) => [kindOf(event), event.actor])).toEqual([
        ["ENABLED", "local"],
        ["PositionOpened", "local"],
        ["STOP_LOSS", "desk"],
      ]);
    } finally {
      await desk.stop();
    }
  });
});
