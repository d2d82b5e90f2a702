// Another's ids: whatever an argument takes, the id of what another has is answered as one that never was, and changes nothing.
import { afterAll, beforeAll, expect, it } from "vitest";
import { apiKeyGlobalId, backtestGlobalId, dataSetGlobalId } from "../../schema/globalIds.ts";
import { encodeCursor } from "../../src/events/cursor.ts";
import { accountIdOf } from "../../src/services/accountIds.ts";
import { bearer } from "../auth/guardedDesk.ts";
import { openEventStream } from "../streams/eventStreamReader.ts";
import { ClosePosition, ExecuteSignal } from "../support/documents.ts";
import { findSlots, type Slot, type Taken } from "./identity/slots.ts";
import {
  answerTo,
  type Belongings,
  everyRow,
  type Owner,
  startTwoOwners,
  type TwoOwners,
  withFoundIds,
} from "./identity/twoOwners.ts";

const NOBODYS = accountIdOf("nobody", "main");
const UUID = "0198c2f4-5d1e-7cc3-9d0b-5a3f0c6f1a2b";

/** Ids of the right form of what never was. */
const NEVER_WAS: Belongings = {
  account: btoa(`Account:${NOBODYS}`),
  otherAccount: btoa(`Account:${NOBODYS}`),
  position: btoa(`Position:${NOBODYS}:3`),
  trade: btoa(`Trade:${NOBODYS}:1`),
  signal: btoa(`Signal:${NOBODYS}:nobody-third`),
  signalId: "nobody-third",
  backtest: backtestGlobalId(UUID),
  dataSet: dataSetGlobalId(UUID),
  apiKey: apiKeyGlobalId(UUID),
  logCursor: encodeCursor({ accountId: NOBODYS, sequence: 1 }),
};

const NODES = ["account", "position", "trade", "signal", "backtest", "dataSet"] as const;
const SLOTS = findSlots().filter(({ takes }) => takes !== "listCursor");
const SUBSCRIBED = SLOTS.filter(({ field }) => field.startsWith("Subscription."));

/** What is to be tried in a slot: pairs of the real id and one that never was. */
function pairsFor(takes: Taken, real: Belongings): (readonly [string, string])[] {
  if (takes === "listCursor") throw new Error("places in lists are tried elsewhere");
  const kinds = takes === "node" ? NODES : [takes];
  return kinds.map((kind) => [real[kind], NEVER_WAS[kind]] as const);
}

let two: TwoOwners;
beforeAll(async () => {
  two = await startTwoOwners();
});
afterAll(() => two.desk.close());

/** The answers of one slot, the id in it left out. */
async function sameAnswers(graphqlUrl: string, secret: string, slot: Slot, real: Belongings, own: Belongings) {
  const answers: [name: string, theirs: string, none: string][] = [];
  for (const [id, never] of pairsFor(slot.takes, real)) {
    const shown = async (value: string): Promise<string> =>
      (await answerTo(graphqlUrl, secret, slot.operation(value, own))).replaceAll(value, "…");
    answers.push([slot.name, withoutNew(await shown(id)), withoutNew(await shown(never))]);
  }
  return answers;
}

/** Keys that are made for an account that one does not have: each is another. */
function withoutNew(answer: string): string {
  return answer.includes('"CreateApiKeyPayload"') ? answer.replace(/"(id|prefix)":"[^"]*"/g, '"$1":"…"') : answer;
}

it("should know every argument that can name something", () => {
  expect(SLOTS.length).toBeGreaterThan(30);
  expect(new Set(SLOTS.map(({ takes }) => takes))).toEqual(
    new Set(["account", "position", "backtest", "dataSet", "apiKey", "node", "signalId", "logCursor"]),
  );
});

it("should answer ids of another owner's as those that never were, in every argument, and change nothing", async () => {
  const { graphqlUrl } = await two.desk.serve();
  const ana = await withFoundIds(graphqlUrl, two.ana);
  const before = await everyRow(two.desk);
  for (const slot of SLOTS) {
    for (const [name, theirs, none] of await sameAnswers(graphqlUrl, two.ben.secret, slot, ana.has, two.ben.has)) {
      expect([name, theirs]).toEqual([name, none]);
      expect([name, theirs]).not.toEqual([name, expect.stringContaining("INTERNAL_SERVER_ERROR")]);
      expect([name, theirs]).not.toEqual([name, expect.stringContaining("GRAPHQL_VALIDATION_FAILED")]);
    }
  }
  expect(await rowsBesidesMadeKeys(before)).toEqual(before);
});

it("should answer a key that is bound to another account of the same owner likewise", async () => {
  const { graphqlUrl } = await two.desk.serve();
  const ana = await withFoundIds(graphqlUrl, two.ana);
  const bound = await two.desk.newKey(["trade", "feed"], { owner: "ana", accounts: ["other"] });
  const own = { ...ana.has, account: ana.has.otherAccount };
  const before = await everyRow(two.desk);
  for (const slot of SLOTS) {
    for (const [name, theirs, none] of await sameAnswers(graphqlUrl, bound, slot, ana.has, own)) {
      expect([name, theirs]).toEqual([name, none]);
    }
  }
  expect(await everyRow(two.desk)).toEqual(before);
});

it("should answer a made key that names another's account as one who has no account", async () => {
  const { graphqlUrl } = await two.desk.serve();
  const secret = await two.desk.newKey(["trade"], { owner: "ben", accounts: [accountIdOf("ana", "main")] });
  const operation = `{ account(account: ${JSON.stringify(two.ana.has.account)}) { name } accounts { totalCount } }`;
  expect(JSON.parse(await answerTo(graphqlUrl, secret, operation))).toEqual({
    status: 200,
    data: { account: null, accounts: { totalCount: 0 } },
  });
});

it("should export nothing of another's, whichever parameter names it", async () => {
  const { url } = await two.desk.serve();
  for (const name of ["trades", "positions", "signals", "curve", "report"]) {
    const unknown = await exported(url, two.ben, `${name}?unheard-of=1`);
    const [, parameters = ""] = /is no parameter of \w+: (.+) are"/.exec(unknown) ?? [];
    const naming = parameters.split(", ").filter((parameter) => !NAMING_NOTHING.has(parameter));
    expect([name, naming]).toEqual([name, ["account", "backtest"]]);
    for (const kind of ["account", "backtest"] as const) {
      const of = (has: Belongings) => exported(url, two.ben, `${name}?${kind}=${encodeURIComponent(has[kind])}`);
      expect(await of(two.ana.has)).toBe(await of(NEVER_WAS));
      expect(await of(two.ana.has)).toContain("There is no such account or session");
    }
    expect(await exported(url, two.ana, `${name}?account=${encodeURIComponent(two.ana.has.account)}`)).toMatch(/^200/);
  }
});

it("should import for oneself alone: no parameter names another", async () => {
  const { url } = await two.desk.serve();
  const headers = { "content-type": "text/csv", ...bearer(two.ben.secret) };
  const post = (query: string, body: string) => fetch(`${url}/import/bars?${query}`, { method: "POST", headers, body });
  expect(await (await post("unheard-of=1", "")).text()).toContain("there are symbol, name, timezone");
  const same = "date,open,high,low,close\n2020-01-02,1,2,1,2\n2020-01-12,1,2,1,2\n";
  const answered = await (await post("symbol=ACME", same)).text();
  expect(answered).not.toContain(two.ana.has.dataSet);
});

it("should tell their owner of what happens, in every subscription: what was tried above is real", async () => {
  const { graphqlUrl } = await two.desk.serve();
  const client = two.desk.api.clientOf("ana");
  for (const [index, slot] of SUBSCRIBED.entries()) {
    const [[id] = [""]] = pairsFor(slot.takes, two.ana.has);
    const query = slot.operation(id, two.ana.has);
    const stream = await openEventStream(graphqlUrl, { query, headers: bearer(two.ana.secret) });
    const input = { signalId: `told-${index}`, symbol: "ACME", entryPrice: "100", stopLoss: "95", target1: "110" };
    const { executeSignal } = await client.run(ExecuteSignal, { input: { ...input, positionSize: "1" } });
    const position =
      executeSignal.__typename === "ExecuteSignalPayload" ? executeSignal.signal.position?.id : undefined;
    await client.run(ClosePosition, { input: { position: position ?? "" } });
    expect([slot.name, JSON.parse((await stream.next()).data ?? "")]).toEqual([slot.name, { data: expect.anything() }]);
    stream.leave();
  }
});

it("should answer their owner otherwise, in every other argument", async () => {
  const { graphqlUrl } = await two.desk.serve();
  const ana = await withFoundIds(graphqlUrl, two.ana);
  const isLast = ({ field }: Slot): boolean => /\.(delete|revoke|reset|disable)/.test(field);
  const others = SLOTS.filter((slot) => !SUBSCRIBED.includes(slot));
  for (const slot of [...others.filter((one) => !isLast(one)), ...others.filter(isLast)]) {
    // Made for whatever account: what it opens is tried above. The account of a signal in a backtest is refused.
    if (slot.field === "Mutation.createApiKey" || slot.name.includes("signals.signal.account")) continue;
    for (const [name, hers, none] of await sameAnswers(graphqlUrl, ana.secret, slot, ana.has, ana.has)) {
      expect([name, hers]).not.toEqual([name, none]);
    }
  }
});

const NAMING_NOTHING = new Set(["format", "session", "symbol", "exitReason", "from", "to", "status", "breakdown"]);

async function exported(url: string, { secret }: Owner, query: string): Promise<string> {
  const response = await fetch(`${url}/export/${query}`, { headers: bearer(secret) });
  return `${response.status} ${await response.text()}`;
}

/** The rows now, without the keys that ben has made for himself. */
async function rowsBesidesMadeKeys(before: readonly string[]): Promise<string[]> {
  const known = new Set(before);
  return (await everyRow(two.desk)).filter((row) => known.has(row) || !/^api_keys .*"owner": "ben"/.test(row));
}
