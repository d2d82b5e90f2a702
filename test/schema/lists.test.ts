// Lists through the API: pages both ways, totals, filters, sessions and limits, on each database.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TypedDocumentString } from "../generated/graphql.ts";
import { graphql } from "../generated/index.ts";
import { type ApiDesk, START, startApiDesk } from "../support/apiDesk.ts";
import { databases } from "../support/databases.ts";
import { Enable, ExecuteSignals, PublishQuotes, Reset } from "../support/documents.ts";

const Positions = graphql(`
  query Positions(
    $account: ID, $status: PositionStatus, $symbol: String, $session: Int
    $first: Int, $after: String, $last: Int, $before: String
  ) {
    positions(
      account: $account, status: $status, symbol: $symbol, session: $session
      first: $first, after: $after, last: $last, before: $before
    ) {
      edges { cursor node { signalId status symbol } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
`);

const OpenPositions = graphql(`
  query OpenPositions($account: ID) { positions(account: $account) { edges { node { signalId } } } }
`);

const PositionsWithTrades = graphql(`
  query PositionsWithTrades($account: ID) {
    positions(account: $account, status: null, first: 200) {
      edges { node { signalId trades { exitReason position { signalId status } } } }
    }
  }
`);

const Trades = graphql(`
  query Trades(
    $account: ID, $symbol: String, $exitReason: ExitReason, $from: DateTime, $to: DateTime, $session: Int
    $first: Int, $after: String, $last: Int, $before: String
  ) {
    trades(
      account: $account, symbol: $symbol, exitReason: $exitReason, from: $from, to: $to, session: $session
      first: $first, after: $after, last: $last, before: $before
    ) {
      edges { cursor node { signalId exitTime exitReason } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
`);

const Signals = graphql(`
  query Signals(
    $account: ID, $status: SignalStatus, $symbol: String, $session: Int
    $first: Int, $after: String, $last: Int, $before: String
  ) {
    signals(
      account: $account, status: $status, symbol: $symbol, session: $session
      first: $first, after: $after, last: $last, before: $before
    ) {
      edges { cursor node { signalId status position { signalId } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
`);

/** The three documents as one type, for what is tried on each of them. */
type ListDocument = TypedDocumentString<Readonly<Record<string, unknown>>, object>;
const LISTS = { Positions, Trades, Signals } as unknown as Readonly<
  Record<"Positions" | "Trades" | "Signals", ListDocument>
>;

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly signalId: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor?: string | null;
    readonly endCursor?: string | null;
  };
  readonly totalCount: number;
}

describe.each(databases)("on $name", ({ open }) => {
  let api: ApiDesk;
  const account = "book";

  // Eight positions: p-0 to p-3 of UP, closed by one quote (all at the same time), p-4 to p-7 of FLAT, open.
  beforeAll(async () => {
    api = await startApiDesk(open);
    await api.client.run(Enable, { input: { name: account } });
    const quotes = ["UP", "FLAT"].map((symbol) => ({ symbol, price: "100", time: START }));
    await api.client.run(PublishQuotes, { quotes });
    const inputs = Array.from({ length: 8 }, (_, index) => ({
      account,
      signalId: `p-${index}`,
      symbol: index < 4 ? "UP" : "FLAT",
      entryPrice: "100",
      stopLoss: "95",
      target1: "110",
      positionSize: "1",
    }));
    const declined = { ...(inputs[0] as (typeof inputs)[0]), signalId: "none", symbol: "NONE" };
    await api.client.run(ExecuteSignals, { inputs: [...inputs, declined] });
    const quote = { symbol: "UP", price: "111", time: "2024-03-01T14:40:00Z" };
    await api.client.run(PublishQuotes, { quotes: [quote] });
  });
  afterAll(() => api.close());

  const pages = {
    Positions: async (page: object): Promise<Page> =>
      (await api.client.run(Positions, { account, status: null, ...page })).positions,
    Trades: async (page: object): Promise<Page> => (await api.client.run(Trades, { account, ...page })).trades,
    Signals: async (page: object): Promise<Page> => (await api.client.run(Signals, { account, ...page })).signals,
  };
  const ids = ({ edges }: Page): string[] => edges.map(({ node }) => node.signalId);
  const ORDERS = {
    Positions: ["p-0", "p-1", "p-2", "p-3", "p-4", "p-5", "p-6", "p-7"],
    Trades: ["p-3", "p-2", "p-1", "p-0"],
    Signals: ["none", "p-7", "p-6", "p-5", "p-4", "p-3", "p-2", "p-1", "p-0"],
  };
  type Name = keyof typeof LISTS;
  const names = Object.keys(LISTS) as Name[];

  it.each(names)("%s come in their order, page by page, forward", async (name) => {
    const whole = ORDERS[name];
    let after: string | null | undefined = null;
    const seen: string[] = [];
    for (let pagesRead = 1; ; pagesRead++) {
      const page: Page = await pages[name]({ first: 3, after });
      seen.push(...ids(page));
      expect(page.totalCount).toBe(whole.length);
      expect(page.pageInfo.hasNextPage).toBe(seen.length < whole.length);
      expect(page.pageInfo.hasPreviousPage).toBe(pagesRead > 1);
      expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor);
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor);
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(seen).toEqual(whole);
  });

  it.each(names)("%s come in their order, page by page, backward", async (name) => {
    const whole = ORDERS[name];
    let before: string | null | undefined = null;
    const seen: string[] = [];
    for (let pagesRead = 1; ; pagesRead++) {
      const page: Page = await pages[name]({ last: 3, before });
      seen.unshift(...ids(page));
      expect(page.pageInfo.hasPreviousPage).toBe(seen.length < whole.length);
      expect(page.pageInfo.hasNextPage).toBe(pagesRead > 1);
      if (!page.pageInfo.hasPreviousPage) break;
      before = page.pageInfo.startCursor;
    }
    expect(seen).toEqual(whole);
  });

  it.each(names)("%s between two cursors are those between", async (name) => {
    const all = await pages[name]({});
    const cursorAt = (index: number): string => all.edges.at(index)?.cursor ?? "";
    expect(ids(await pages[name]({ after: cursorAt(0), before: cursorAt(-1) }))).toEqual(ORDERS[name].slice(1, -1));
    expect(await pages[name]({ after: cursorAt(-1) })).toMatchObject({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  it.each(names)("%s refuse what is no cursor of theirs, with the code BAD_CURSOR", async (name) => {
    const other = names[(names.indexOf(name) + 1) % names.length] as Name;
    const foreign = (await pages[other]({ first: 1 })).pageInfo.endCursor;
    for (const cursor of ["", "garbage", foreign, "x".repeat(5000), `${foreign}=`]) {
      for (const argument of ["after", "before"]) {
        const { data, errors } = await api.client.answer(LISTS[name], { account, [argument]: cursor });
        expect(data).toBeNull();
        expect(errors?.[0]).toMatchObject({
          message: `${argument} is not a cursor of this list.`,
          extensions: { code: "BAD_CURSOR" },
        });
      }
    }
  });

  it.each(names)("%s take 1 to 200 a page, forward or backward but not both, and say so", async (name) => {
    for (const [argument, size] of [
      ["first", 0],
      ["first", 201],
      ["first", -1],
      ["last", 0],
      ["last", 1000],
    ] as const) {
      const { errors } = await api.client.answer(LISTS[name], { account, [argument]: size });
      expect(errors?.[0]).toMatchObject({
        message: `${argument} is ${size}, but must be from 1 to 200.`,
        extensions: { code: "BAD_USER_INPUT" },
      });
    }
    const { errors } = await api.client.answer(LISTS[name], { account, first: 1, last: 1 });
    expect(errors?.[0]?.message).toBe("first and last are both given, but only one of them is allowed.");
    expect(ids(await pages[name]({ first: null, last: 200 }))).toEqual(ORDERS[name]);
  });

  it.each(names)("%s of an account that is not there, or another owner's, are none", async (name) => {
    const none = {
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
      totalCount: 0,
    };
    expect(await pages[name]({ account: "nowhere" })).toEqual(none);
    const { data } = await api.clientOf("stranger").answer(LISTS[name], { account });
    expect(Object.values(data ?? {})).toEqual([none]);
  });

  it("shows open positions where no status is named, and all where it is null", async () => {
    const { positions } = await api.client.run(OpenPositions, { account });
    expect(positions.edges.map(({ node }) => node.signalId)).toEqual(["p-4", "p-5", "p-6", "p-7"]);
    expect((await pages.Positions({ status: null })).totalCount).toBe(8);
    expect(ids(await pages.Positions({ status: "CLOSED" }))).toEqual(["p-0", "p-1", "p-2", "p-3"]);
  });

  it("goes on after a position that has left the list meanwhile", async () => {
    const { edges } = await pages.Positions({ status: null });
    const closed = edges[1]?.cursor;
    expect(ids(await pages.Positions({ status: "OPEN", after: closed, first: 2 }))).toEqual(["p-4", "p-5"]);
  });

  it("counts the total only where it is asked for", async () => {
    const plain = await api.queriesIn(() => api.client.run(OpenPositions, { account }));
    const counted = await api.queriesIn(() => pages.Positions({ status: "OPEN" }));
    expect(counted - plain).toBe(1);
  });

  it("asks the database as often for one position as for many", async () => {
    const queries = await api.queriesIn(() => api.client.run(PositionsWithTrades, { account }));
    // The account's session, the numbers that it goes over, the positions, and all their trades.
    expect(queries).toBe(4);
    const { positions } = await api.client.run(PositionsWithTrades, { account });
    expect(positions.edges[0]?.node).toEqual({
      signalId: "p-0",
      trades: [{ exitReason: "TARGET_1", position: { signalId: "p-0", status: "CLOSED" } }],
    });
    const signals = await api.queriesIn(() => api.client.run(Signals, { account }));
    expect(signals).toBe(4);
  });

  it("chooses by symbol, outcome and reason", async () => {
    expect(ids(await pages.Positions({ symbol: "FLAT" }))).toEqual(["p-4", "p-5", "p-6", "p-7"]);
    expect(ids(await pages.Trades({ symbol: "FLAT" }))).toEqual([]);
    expect(ids(await pages.Trades({ exitReason: "TARGET_1" }))).toHaveLength(4);
    expect(ids(await pages.Trades({ exitReason: "STOP_LOSS" }))).toEqual([]);
    expect(ids(await pages.Signals({ status: "REJECTED" }))).toEqual(["none"]);
    expect(ids(await pages.Signals({ status: "FILLED", symbol: "UP" }))).toEqual(["p-3", "p-2", "p-1", "p-0"]);
  });

  it("chooses trades from a time on, and before a time", async () => {
    const exit = "2024-03-01T14:40:00Z";
    expect(ids(await pages.Trades({ from: exit }))).toHaveLength(4);
    expect(ids(await pages.Trades({ from: "2024-03-01T14:40:00.001Z" }))).toEqual([]);
    expect(ids(await pages.Trades({ to: exit }))).toEqual([]);
    expect(ids(await pages.Trades({ from: START, to: "2024-03-01T14:40:00.001Z" }))).toHaveLength(4);
  });

  it("refuses symbols and times that nothing can have, and says what is allowed", async () => {
    for (const symbol of ["aapl", "\u0000", ""]) {
      const { errors } = await api.client.answer(Positions, { account, symbol });
      expect(errors?.[0]?.message).toBe("symbol must be 1 to 20 characters of A-Z, 0-9, '.', '/' and '-'.");
    }
    const { errors } = await api.client.answer(Trades, { account, from: "0000-01-01T00:00:00Z" });
    expect(errors?.[0]?.message).toBe("from must lie between the years 1900 and 9999.");
  });

  it("keeps past sessions readable, and shows the present one where none is named", async () => {
    await api.client.run(Reset, { input: { account, session: 1 } });
    expect((await pages.Positions({})).totalCount).toBe(0);
    expect((await pages.Positions({ session: 1 })).totalCount).toBe(8);
    expect((await pages.Trades({ session: 1 })).edges[0]?.node).toMatchObject({ signalId: "p-7", exitReason: "RESET" });
    expect((await pages.Signals({ session: 1 })).totalCount).toBe(9);
    for (const session of [2, 3, 0, -1, 2_147_483_647]) expect((await pages.Signals({ session })).totalCount).toBe(0);
  });
});
