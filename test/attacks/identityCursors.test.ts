// Stolen cursors: a place in another's list or log leads to nothing of his, and is answered as one that never was.
import { afterAll, beforeAll, expect, it } from "vitest";
import { decodeCursor, encodeCursor } from "../../src/events/cursor.ts";
import { accountIdOf } from "../../src/services/accountIds.ts";
import { bearer } from "../auth/guardedDesk.ts";
import { openEventStream } from "../streams/eventStreamReader.ts";
import { openStreamSocket } from "../streams/streamSocket.ts";
import { findSlots, type Slot } from "./identity/slots.ts";
import { answerTo, everyRow, startTwoOwners, type TwoOwners } from "./identity/twoOwners.ts";

const SLOTS = findSlots().filter(({ takes }) => takes === "listCursor");
const FIELDS = [...new Set(SLOTS.map(({ field }) => field))];
const GARBAGE = "bm90aGluZw";
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const OTHER_UUID = "00000000-0000-4000-8000-000000000000";

/** Lists of a backtest's result: these have been recorded elsewhere, and have no rows. Places in them are those of an account's. */
const LISTED_ELSEWHERE: Readonly<Record<string, string>> = {
  "Backtest.positions": "Query.positions",
  "Backtest.signals": "Query.signals",
  "Backtest.trades": "Query.trades",
};

let two: TwoOwners;
beforeAll(async () => {
  two = await startTwoOwners();
});
afterAll(() => two.desk.close());

/** The places of all that ana has in a list. */
async function cursorsOf(graphqlUrl: string, field: string): Promise<string[]> {
  const [, list] = (LISTED_ELSEWHERE[field] ?? field).split(".");
  const answer = await answerTo(graphqlUrl, two.ana.secret, `{ ${list}(first: 100) { edges { cursor } } }`);
  const cursors = [...answer.matchAll(/"cursor":"([^"]+)"/g)].map(([, cursor]) => cursor ?? "");
  expect([field, cursors.length > 0]).toEqual([field, true]);
  return cursors;
}

/** The place right beside it, of something that never was; a place that is a number alone is one of everybody's. */
function neverWas(cursor: string): string {
  return Buffer.from(Buffer.from(cursor, "base64url").toString().replace(UUID, besideOf)).toString("base64url");
}

function besideOf(uuid: string): string {
  const last = Number.parseInt(uuid.slice(-1), 16);
  return uuid.slice(0, -1) + (last ^ 1).toString(16);
}

/** What names something of an owner's: the ids of his rows, and the names that he has given. */
async function namesOf(owner: "ana" | "ben"): Promise<string[]> {
  const rows = (await everyRow(two.desk)).filter(
    (row) => row.includes(`"${owner}`) || row.includes(accountIdOf(owner, "main")),
  );
  expect(rows.length).toBeGreaterThan(5);
  return [accountIdOf(owner, "main"), accountIdOf(owner, "other"), `${owner}-`, `${owner} `, `"${owner}"`];
}

/** An answer with what its opaque ids hold. */
const opened = (answer: string): string =>
  `${answer} ${[...answer.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => atob(id ?? "")).join(" ")}`;

const tried = (slot: Slot, cursor: string, graphqlUrl: string, secret: string) =>
  answerTo(graphqlUrl, secret, slot.operation(cursor, two.ben.has));

it("should be tried for every list that there is", () => {
  expect(FIELDS).toEqual(
    expect.arrayContaining(["Query.accounts", "Query.apiKeys", "Query.backtests", "Query.trades"]),
  );
  expect(SLOTS).toHaveLength(2 * FIELDS.length);
});

it.each(FIELDS)(
  "should lead another owner in %s to rows of his own alone, as a place that never was does",
  async (field) => {
    const { graphqlUrl } = await two.desk.serve();
    const cursors = await cursorsOf(graphqlUrl, field);
    const hers = await namesOf("ana");
    for (const slot of SLOTS.filter((one) => one.field === field)) {
      for (const cursor of cursors) {
        const answer = await tried(slot, cursor, graphqlUrl, two.ben.secret);
        expect(answer).toBe(await tried(slot, neverWas(cursor), graphqlUrl, two.ben.secret));
        expect(JSON.parse(answer)).not.toHaveProperty("errors");
        for (const name of hers) expect(opened(answer)).not.toContain(name);
      }
    }
  },
);

it.each(FIELDS)("should not be told from garbage in %s where it is of another list", async (field) => {
  const { graphqlUrl } = await two.desk.serve();
  const other = FIELDS.find((one) => one.split(".")[1] !== field.split(".")[1]) ?? "";
  const [stolen = ""] = await cursorsOf(graphqlUrl, other);
  for (const slot of SLOTS.filter((one) => one.field === field)) {
    const answers = [stolen, GARBAGE, two.ana.has.logCursor].map((cursor) =>
      tried(slot, cursor, graphqlUrl, two.ben.secret),
    );
    const [first, ...others] = await Promise.all(answers);
    expect(first).toContain('"code":"BAD_CURSOR"');
    expect(others).toEqual([first, first]);
  }
});

it("should begin no log, on no transport: for another owner, and for a key that is bound to another account", async () => {
  const { graphqlUrl } = await two.desk.serve();
  const stolen = two.ana.has.logCursor;
  const own = decodeCursor(two.ben.has.logCursor);
  if (own === undefined) throw new Error("ben has a log");
  const bad = [
    stolen,
    encodeCursor({ accountId: OTHER_UUID, sequence: 0 }),
    encodeCursor({ ...own, sequence: 1_000_000 }),
    two.ben.has.logCursor.slice(0, -2),
    GARBAGE,
    "",
  ];
  const bound = await two.desk.newKey(["read"], { owner: "ana", accounts: ["other"] });
  for (const [secret, account] of [
    [two.ben.secret, "main"],
    [bound, "other"],
  ] as const) {
    for (const field of ["accountEvents", "positionOpened", "tradeClosed"]) {
      const answers = new Set<string>();
      const socket = await openStreamSocket(graphqlUrl, { connectionParams: bearer(secret) });
      for (const [index, cursor] of bad.entries()) {
        const query = `subscription { ${field}(account: "${account}", after: ${JSON.stringify(cursor)}) { __typename } }`;
        const shown = await answerTo(graphqlUrl, secret, query);
        answers.add(withoutPlaces(shown));
        socket.subscribe(String(index), query);
        const { payload } = await socket.nextFor(String(index));
        answers.add(withoutPlaces(JSON.stringify(Array.isArray(payload) ? { errors: payload } : payload)));
      }
      expect([...answers]).toEqual([expect.stringContaining("after is not a cursor of this account's log.")]);
    }
  }
});

it("should begin no log as the id of the last event", async () => {
  const { graphqlUrl } = await two.desk.serve();
  const frames = [];
  for (const id of [two.ana.has.logCursor, GARBAGE]) {
    const headers = { ...bearer(two.ben.secret), "last-event-id": id };
    const stream = await openEventStream(graphqlUrl, {
      query: "subscription { accountEvents { __typename } }",
      headers,
    });
    frames.push(await stream.next());
  }
  expect(frames[0]).toEqual(frames[1]);
  expect(frames[0]?.data).toContain("BAD_CURSOR");
});

/** Without the places in the document, which are of another length for each cursor, and the order of what is told. */
function withoutPlaces(text: string): string {
  const { errors = [] } = JSON.parse(text) as { errors?: { message: string; extensions?: object; path?: unknown }[] };
  return JSON.stringify(errors.map(({ message, extensions, path }) => ({ message, extensions, path })));
}
