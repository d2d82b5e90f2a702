// Each limit on every transport: the table knows every constant there is, its proofs exist, and what has none yet is proven here.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAGE_ROWS_MAX } from "../../schema/relay.ts";
import * as limits from "../../src/server/limits.ts";
import { chooseLimits } from "../../src/server/operationLimits/chooseLimits.ts";
import type { LimitCode } from "../../src/server/operationLimits/refusals.ts";
import { SIGNALS_IN_A_CALL_MAX } from "../../src/services/executeSignals.ts";
import { PRICES_IN_A_CALL_MAX } from "../../src/services/publishPrices.ts";
import { QUOTES_IN_A_CALL_MAX } from "../../src/services/readQuotes.ts";
import { bearer, type GuardedDesk, startGuardedDesk } from "../auth/guardedDesk.ts";
import { serveToyDesk } from "../server/serving.ts";
import { COLUMNS, LIMIT_TABLE, type Proof } from "./limitTable.ts";
import { codeOf, LONG_TRANSPORTS, openStreamSocket, type Question, TRANSPORTS } from "./transports.ts";

const { OPERATION_LIMITS, STREAM_LIMITS, ARRIVAL_LIMITS } = limits;

/** The constants of limits.ts that are numbers; those that are objects are made of them. */
const CONSTANTS = Object.entries(limits).flatMap(([name, value]) => (typeof value === "number" ? [name] : []));
/** Limits that are told elsewhere. */
const ELSEWHERE = [
  "PAGE_ROWS_MAX",
  "QUOTES_IN_A_CALL_MAX",
  "SIGNALS_IN_A_CALL_MAX",
  "PRICES_IN_A_CALL_MAX",
  "EXPORT_WEIGHT",
  "IMPORT_WEIGHT",
];

describe("the table of limits", () => {
  test("should have a row for each constant, and no others", () => {
    expect(Object.keys(LIMIT_TABLE).sort()).toEqual([...CONSTANTS, ...ELSEWHERE].sort());
  });

  test("should have every number that servers are given", () => {
    const known = new Set(Object.values(limits));
    const burst = limits.RATE_COST_PER_SECOND * limits.RATE_BURST_SECONDS;
    const behindKeys = chooseLimits({ INTROSPECTION: "on" }, true);
    const given = [OPERATION_LIMITS, behindKeys, STREAM_LIMITS, ARRIVAL_LIMITS].flatMap((some) => Object.entries(some));
    expect(OPERATION_LIMITS.rateBurst).toBe(burst);
    // 0 is no limit.
    for (const [name, value] of given) {
      if (typeof value === "number" && value !== 0 && name !== "rateBurst") expect(known.has(value), name).toBe(true);
    }
  });

  test("should name tests that there are, of its transport", () => {
    for (const [name, row] of Object.entries(LIMIT_TABLE)) {
      for (const column of COLUMNS) {
        const cell: Proof | string = row[column];
        if (typeof cell === "string") expect(cell.split(" ").length, `${name}, ${column}`).toBeGreaterThan(3);
        else expect(textOf(cell.file).includes(cell.title), `${name}, ${column}: ${cell.title}`).toBe(true);
      }
    }
  });

  test("should prove each limit on documents by one that is just beyond it", () => {
    const text = textOf("limits/documents.test.ts");
    const rows = Object.entries(LIMIT_TABLE).filter(
      ([, { http }]) => typeof http !== "string" && http.file === "limits/documents.test.ts",
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const [name] of rows) expect(text.split("TOO_MUCH:")[1], name).toContain(name);
  });
});

const texts = new Map<string, string>();

function textOf(file: string): string {
  const known = texts.get(file) ?? readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
  texts.set(file, known);
  return known;
}

interface Size {
  readonly what: string;
  readonly question: Question;
  readonly code: LimitCode | "BAD_USER_INPUT";
  readonly limit: number;
}

const many = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);
const signal = { signalId: "s", symbol: "AAPL", entryPrice: "100", stopLoss: "95", target1: "110" };

const SIZES: readonly Size[] = [
  {
    what: "a document with too many tokens",
    question: { query: `{ quotes(symbols: [${"1 ".repeat(limits.DOCUMENT_TOKENS_MAX)}]) { symbol } }` },
    code: "DOCUMENT_TOO_LONG",
    limit: limits.DOCUMENT_TOKENS_MAX,
  },
  {
    what: "a document that repeats a field too often",
    question: { query: `{ __schema { ${"description ".repeat(900)} } }` },
    code: "DOCUMENT_TOO_WIDE",
    limit: limits.DOCUMENT_OVERLAPS_MAX,
  },
  {
    what: "a page that is too large",
    question: {
      query: "query ($first: Int) { positions(first: $first) { totalCount } }",
      variables: { first: PAGE_ROWS_MAX + 1 },
    },
    code: "BAD_USER_INPUT",
    limit: PAGE_ROWS_MAX,
  },
  {
    what: "too many symbols of quotes",
    question: {
      query: "query ($symbols: [String!]) { quotes(symbols: $symbols) { symbol } }",
      variables: { symbols: many(QUOTES_IN_A_CALL_MAX + 1, "A") },
    },
    code: "BAD_USER_INPUT",
    limit: QUOTES_IN_A_CALL_MAX,
  },
  {
    what: "too many signals at once",
    question: {
      query: "mutation ($inputs: [ExecuteSignalInput!]!) { executeSignals(inputs: $inputs) { __typename } }",
      variables: { inputs: many(SIGNALS_IN_A_CALL_MAX + 1, signal) },
    },
    code: "BAD_USER_INPUT",
    limit: SIGNALS_IN_A_CALL_MAX,
  },
  {
    what: "too many prices at once",
    question: {
      query: "mutation ($quotes: [QuoteInput!]!) { publishQuotes(quotes: $quotes) { accepted } }",
      variables: { quotes: many(PRICES_IN_A_CALL_MAX + 1, { symbol: "A", price: "1" }) },
    },
    code: "BAD_USER_INPUT",
    limit: PRICES_IN_A_CALL_MAX,
  },
];

let desk: GuardedDesk;
beforeAll(async () => {
  desk = await startGuardedDesk();
});
afterAll(() => desk.close());

describe.each(LONG_TRANSPORTS)("a size that is too much, over $name", ({ ask }) => {
  test.each(SIZES)("should be refused with its limit: $what", async ({ question, code, limit }) => {
    const { graphqlUrl } = await desk.serve();
    const answer = await ask(graphqlUrl, question, bearer(await desk.newKey(["admin"])));
    expect(codeOf(answer)).toBe(code);
    const told = answer.errors?.[0]?.message.replaceAll(",", "") ?? "";
    expect(told).toContain(String(limit));
  });
});

describe.each(TRANSPORTS)("what a budget loses, over $name", ({ name, ask, label }) => {
  test("should be charged for documents, large bodies and sockets as the constants say", async () => {
    const burst = 1_000_000;
    const { graphqlUrl } = await serveToyDesk({
      operationLimits: { rateCostPerSecond: 0.000001, rateBurst: burst },
    });
    const left = async (query: string, variables = {}): Promise<number> => {
      const answer = await ask(graphqlUrl, { query, variables, extensions: { cost: true } });
      return (answer.extensions as { cost: { remaining: number } }).cost.remaining;
    };
    const socket = label === "websocket" ? limits.SOCKET_COST : 0;
    // Known from then on, it costs itself alone.
    const first = await left("{ hello }");
    expect(burst - first).toBe(limits.NEW_DOCUMENT_COST + socket + 1);
    expect(first - (await left("{ hello }"))).toBe(socket + 1);
    const wide = `{ ${Array.from({ length: 50 }, (_, index) => `a${index}: hello`).join(" ")} }`;
    const before = await left("{ hello }");
    const pairs = Math.floor(50 ** 2 / limits.NEW_DOCUMENT_PAIRS_FOR_ONE);
    expect(before - (await left(wide))).toBe(limits.NEW_DOCUMENT_COST + pairs + socket + 1);
    if (name === "HTTP GET") return;
    const filled = (kib: number) => left("{ hello }", { filler: "x".repeat(limits.BODY_FREE_BYTES + kib * 1024) });
    const [small, larger, largest] = [await left("{ hello }"), await filled(1), await filled(11)];
    expect(larger - largest - (small - larger)).toBe(10);
  });
});

describe("the sockets of a server", () => {
  test("should cost what the constant says, whatever is asked on them", async () => {
    const { graphqlUrl } = await serveToyDesk({
      operationLimits: { rateCostPerSecond: 0.000001, rateBurst: limits.SOCKET_COST * 3 + 1 },
    });
    for (let opened = 0; opened < 3; opened += 1) await openStreamSocket(graphqlUrl);
    await expect(openStreamSocket(graphqlUrl)).rejects.toThrow("429");
  });
});
