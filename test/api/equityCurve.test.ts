// Equity curves as a client sees them: a point for each mark, the present value at the end, fewer points on demand.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveAccount } from "../../src/services/accountIds.ts";
import type { EquityCurveQueryVariables } from "../generated/graphql.ts";
import { graphql } from "../generated/index.ts";
import { START } from "../support/apiDesk.ts";
import { databases } from "../support/databases.ts";
import { Enable } from "../support/documents.ts";
import { type History, playWeek } from "./reportHistory.ts";

const EquityCurve = graphql(`
  query EquityCurve($account: ID, $session: Int, $from: DateTime, $to: DateTime, $points: Int) {
    equityCurve(account: $account, session: $session, from: $from, to: $to, points: $points) {
      recorded
      points { time equity cash drawdown }
    }
  }
`);

const Default = graphql(`
  query DefaultCurve($account: ID) { equityCurve(account: $account) { recorded points { equity } } }
`);

/** Time, equity, cash and drawdown of each mark of the week. */
const WEEK = [
  [START, "100000", "100000", "0"],
  [START, "99989", "89989", "0.011"], // 100 at 100.1 and 1 of commission
  ["2024-03-01T15:30:00.000Z", "100983", "95483", "0"],
  ["2024-03-04T15:00:00.000Z", "101476.5", "101476.5", "0"],
  ["2024-03-05T15:00:00.000Z", "101470.5", "106470.5", "0.0059127"], // 100 sold short at 49.95
  ["2024-03-06T16:00:00.000Z", "100964", "100964", "0.50504304"],
  ["2024-03-08T14:30:00.000Z", "100962.9", "99962.9", "0.50612703"],
  ["2024-03-08T15:30:00.000Z", "101002.9", "99962.9", "0.46670904"],
];

describe.each(databases)("The equity curve of a week on $name", ({ open }) => {
  let week: History;
  beforeAll(async () => {
    week = await playWeek(open);
  });
  afterAll(() => week.api.close());

  const curve = async (variables: Partial<EquityCurveQueryVariables> = {}) => {
    const { equityCurve } = await week.api.client.run(EquityCurve, { points: 500, ...variables });
    if (equityCurve === null) throw new Error("there is a curve");
    return {
      recorded: equityCurve.recorded,
      points: equityCurve.points.map(({ time, equity, cash, drawdown }) => [time, equity, cash, drawdown]),
    };
  };

  it("has a point for the beginning and for each mark", async () => {
    expect(await curve()).toEqual({ recorded: 8, points: WEEK });
  });

  it("is cut at the times asked for: from a time on, and before another", async () => {
    const [from, to] = ["2024-03-04T15:00:00Z", "2024-03-06T16:00:00Z"];
    expect(await curve({ from, to })).toEqual({ recorded: 2, points: WEEK.slice(3, 5) });
    expect(await curve({ from })).toEqual({ recorded: 5, points: WEEK.slice(3) });
    expect(await curve({ to })).toEqual({ recorded: 5, points: WEEK.slice(0, 5) });
    expect(await curve({ from: to, to: from })).toEqual({ recorded: 0, points: [] });
  });

  it("ends with what the account is worth now, unless that lies outside the time asked for", async () => {
    await week.quote("TSLA", "200", "2024-03-08T20:00:00Z");
    const present = ["2024-03-08T20:00:00.000Z", "101002.9", "99962.9", "0.46670904"];
    expect(await curve()).toEqual({ recorded: 8, points: [...WEEK, present] });
    expect(await curve({ from: "2024-03-08T16:00:00Z" })).toEqual({ recorded: 0, points: [present] });
    expect((await curve({ to: "2024-03-08T20:00:00Z" })).points).toEqual(WEEK);
    expect((await curve({ from: "2024-03-09T00:00:00Z" })).points).toEqual([]);
  });

  it("is null for accounts and sessions that are not there, or somebody else's", async () => {
    const none = { equityCurve: null };
    expect(await week.api.client.run(EquityCurve, { account: "nowhere" })).toEqual(none);
    for (const session of [0, 2, -1]) expect(await week.api.client.run(EquityCurve, { session })).toEqual(none);
    expect(await week.api.clientOf("stranger").run(EquityCurve)).toEqual(none);
  });

  it("refuses numbers of points out of bounds, and times that no record can have", async () => {
    const refusal = async (variables: object) => (await week.api.client.answer(EquityCurve, variables)).errors;
    for (const points of [4, 0, -1, 5001]) {
      const message = `points is ${points}, but must be from 5 to 5,000.`;
      expect(await refusal({ points })).toMatchObject([{ message, extensions: { code: "BAD_USER_INPUT" } }]);
    }
    for (const name of ["from", "to"]) {
      const message = `${name} must lie between the years 1900 and 9999.`;
      expect(await refusal({ [name]: "1899-12-31T23:59:59Z" })).toMatchObject([{ message }]);
    }
    expect((await curve({ points: 5 })).points.length).toBeLessThanOrEqual(5);
    expect((await curve({ points: 5000 })).points.length).toBe(9);
  });

  it("of thousands of points shows as many as asked for, and leaves out no peak and no trough", async () => {
    await week.api.client.run(Enable, { input: { name: "long" } });
    const accountId = resolveAccount("local", "long");
    // 12,000 minutes from the next day on, with one spike up and one down; two points of one time are told apart.
    await week.database.prisma.$executeRawUnsafe(`INSERT INTO equity_points (account_id, session, time, equity, cash, drawdown)
      SELECT '${accountId}'::uuid, 1, '2024-02-09T00:00:00Z'::timestamptz + (i / 2) * interval '2 minutes',
        CASE i WHEN 4321 THEN 200000 WHEN 8765 THEN 50000 ELSE 100000 + i % 7 END, 100000, CASE i WHEN 8765 THEN 75 ELSE i % 3 END
      FROM generate_series(1, 12000) i`);
    const { recorded, points } = await curve({ account: "long", points: 100, to: "2024-03-01T00:00:00Z" });
    expect(recorded).toBe(12_000);
    expect(points.length).toBeLessThanOrEqual(100);
    expect(points.length).toBeGreaterThan(50);
    const equities = points.map(([, equity]) => equity);
    expect(equities).toContain("200000");
    expect(equities).toContain("50000");
    expect(points.map(([, , , drawdown]) => drawdown)).toContain("75");
    expect(points[0]?.slice(0, 2)).toEqual(["2024-02-09T00:00:00.000Z", "100001"]);
    expect(points.at(-1)?.[0]).toBe("2024-02-17T08:00:00.000Z");
    expect(points.map(([time]) => time)).toEqual(points.map(([time]) => time).sort());
    const { equityCurve } = await week.api.client.run(Default, { account: "long" });
    expect(equityCurve?.points.length).toBeLessThanOrEqual(500);
    expect(equityCurve?.points.length).toBeGreaterThan(100);
  });
});
