// Sessions as a client sees them: after resets each is still there with its dates, settings and final figures.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionsQuery } from "../generated/graphql.ts";
import { graphql } from "../generated/index.ts";
import { databases } from "../support/databases.ts";
import { Enable, Reset } from "../support/documents.ts";
import { FullReport, type History, playWeek } from "./reportHistory.ts";

const Sessions = graphql(`
  query Sessions($account: ID, $first: Int, $after: String, $last: Int, $before: String) {
    sessions(account: $account, first: $first, after: $after, last: $last, before: $before) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges {
        cursor
        node {
          number running startedAt endedAt startingCapital equity
          settings { startingCapital commissionPerShare slippagePercentage }
          performance { ...FullPerformance }
        }
      }
    }
  }
`);

const Listed = graphql(`
  query ListedSessions($account: ID, $first: Int) {
    sessions(account: $account, first: $first) { edges { node { number performance { netPnl days } equity } } }
  }
`);

const RowsOfSession = graphql(`
  query RowsOfSession($session: Int!) {
    trades(session: $session) { totalCount }
    positions(session: $session, status: null) { totalCount }
    signals(session: $session) { totalCount }
    equityCurve(session: $session) { recorded points { time equity cash } }
  }
`);

type Connection = SessionsQuery["sessions"];
const nodesOf = ({ edges }: Connection) => edges.map(({ node }) => node);
const numbersOf = (connection: Connection) => nodesOf(connection).map(({ number }) => number);

describe.each(databases)("Sessions on $name", ({ open }) => {
  let week: History;
  let first: unknown;
  const sessions = async (page: object = {}): Promise<Connection> =>
    (await week.api.client.run(Sessions, page)).sessions;

  beforeAll(async () => {
    week = await playWeek(open);
    const { client } = week.api;
    const settings = { startingCapital: "50000", slippagePercentage: "0", commissionPerShare: "0" };
    await client.run(Reset, { input: { session: 1, settings } });
    [, first] = nodesOf(await sessions());
    await week.quote("AAPL", "100", "2024-03-11T15:00:00Z");
    await week.signal({
      signalId: "d",
      symbol: "AAPL",
      entryPrice: "100",
      stopLoss: "95",
      target1: "110",
      positionSize: "10",
    });
    await week.quote("AAPL", "110", "2024-03-12T15:00:00Z");
    await client.run(Reset, { input: { session: 2 } });
    await week.quote("AAPL", "150", "2024-03-13T15:00:00Z");
  });
  afterAll(() => week.api.close());

  it("are listed newest first, with their dates and the settings that they had", async () => {
    const listed = await sessions();
    expect(listed).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false, hasPreviousPage: false } });
    expect(nodesOf(listed)).toMatchObject([
      {
        number: 3,
        running: true,
        startedAt: "2024-03-12T15:00:00.000Z",
        endedAt: null,
        startingCapital: "50000",
        equity: "50000",
      },
      {
        number: 2,
        running: false,
        startedAt: "2024-03-08T15:30:00.000Z",
        endedAt: "2024-03-12T15:00:00.000Z",
        startingCapital: "50000",
        equity: "50100",
        settings: { startingCapital: "50000", commissionPerShare: "0", slippagePercentage: "0" },
        // Friday to Tuesday; 10 × 10 on 50,000.
        performance: {
          totalTrades: 1,
          netPnl: "100",
          commissions: "0",
          totalReturn: "0.2",
          days: 3,
          missing: expect.any(Array),
        },
      },
      {
        number: 1,
        running: false,
        startedAt: "2024-03-01T14:30:00.000Z",
        endedAt: "2024-03-08T15:30:00.000Z",
        startingCapital: "100000",
        // The rest of AAPL was sold at 104 × 0.999: 10 × (103.896 − 100.1) − 0.2 = 37.76.
        equity: "101001.76",
        settings: { startingCapital: "100000", commissionPerShare: "0.01", slippagePercentage: "0.1" },
        performance: {
          totalTrades: 4,
          winningTrades: 3,
          netPnl: "1001.76",
          commissions: "4.2",
          totalReturn: "1.00176",
          maxDrawdown: "0.50612703",
          exposure: "58.28402367",
          currentStreak: 1,
          days: 6,
        },
      },
    ]);
  });

  it("keep their final figures for ever, the same as their report's", async () => {
    const [, second, now] = nodesOf(await sessions());
    expect(now).toEqual(first);
    for (const node of [second, now]) {
      const { report } = await week.api.client.run(FullReport, { session: node?.number ?? 0 });
      expect(report?.performance).toEqual(node?.performance);
    }
  });

  it("are found by their numbers with everything that was in them", async () => {
    const rows = await Promise.all([1, 2, 3].map((session) => week.api.client.run(RowsOfSession, { session })));
    expect(
      rows.map(({ trades, positions, signals }) => [trades, positions, signals].map(({ totalCount }) => totalCount)),
    ).toEqual([
      [4, 3, 3],
      [1, 1, 1],
      [0, 0, 0],
    ]);
    expect(rows.map(({ equityCurve }) => equityCurve?.points.at(-1)?.equity)).toEqual(["101001.76", "50100", "50000"]);
    expect(rows.map(({ equityCurve }) => equityCurve?.points[0]?.equity)).toEqual(["100000", "50000", "50000"]);
  });

  it("come in pages, forwards and backwards", async () => {
    const page = await sessions({ first: 2 });
    expect([numbersOf(page), page.pageInfo.hasNextPage]).toEqual([[3, 2], true]);
    const rest = await sessions({ first: 2, after: page.pageInfo.endCursor });
    expect([numbersOf(rest), rest.pageInfo.hasNextPage]).toEqual([[1], false]);
    expect(numbersOf(await sessions({ last: 2 }))).toEqual([2, 1]);
    expect(numbersOf(await sessions({ last: 2, before: rest.pageInfo.startCursor }))).toEqual([3, 2]);
  });

  it("of somebody else, or of no account, are none", async () => {
    const none = { totalCount: 0, edges: [], pageInfo: { startCursor: null, endCursor: null } };
    expect(await sessions({ account: "nowhere" })).toMatchObject(none);
    expect((await week.api.clientOf("stranger").run(Sessions)).sessions).toMatchObject(none);
  });

  it("are refused with a page out of bounds or a cursor of another list", async () => {
    const bad = async (page: object) => (await week.api.client.answer(Sessions, page)).errors?.[0]?.message;
    expect(await bad({ first: 201 })).toBe("first is 201, but must be from 1 to 200.");
    expect(await bad({ after: "anything" })).toBe("after is not a cursor of this list.");
  });

  it("take as many queries with their figures as one of them does", async () => {
    const one = await week.api.queriesIn(() => week.api.client.run(Listed, { first: 1 }));
    const all = await week.api.queriesIn(() => week.api.client.run(Listed, { first: 200 }));
    expect(one).toBeGreaterThan(0);
    expect(all).toBe(one);
  });

  it("of an account that was just enabled are one, which runs", async () => {
    await week.api.client.run(Enable, { input: { name: "young" } });
    expect(nodesOf(await sessions({ account: "young" }))).toMatchObject([
      { number: 1, running: true, equity: "100000" },
    ]);
  });
});
