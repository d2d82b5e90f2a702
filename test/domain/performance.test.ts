// The performance of a session: which of its days count, with which equity, and from when on.
import { describe, expect, it } from "vitest";
import { decimal } from "../../src/domain/decimal.ts";
import { performanceOf } from "../../src/domain/performance.ts";
import { figureValue } from "../../src/domain/statistics/figure.ts";
import { NO_TRADES } from "../../src/domain/statistics/tradeSums.ts";
import { bookOf } from "../support/builders.ts";

const HOUR_MS = 3_600_000;
const MONDAY = "2024-03-04T00:00:00Z";

interface Given {
  readonly startedAt: string;
  /** Now, or the end. */
  readonly at: string;
  readonly equity: string;
  readonly days: Readonly<Record<string, string>>;
  readonly inMarketMs?: number;
}

function figures({ startedAt, at, equity, days, inMarketMs = 0 }: Given) {
  const { session } = bookOf();
  const performance = performanceOf({
    session: {
      ...session,
      startedAtMs: Date.parse(startedAt),
      timeInMarket: { pastMs: inMarketMs, sinceMs: null, lastExitMs: null },
    },
    sums: NO_TRADES,
    days: Object.entries(days).map(([day, value]) => ({ day, equity: decimal(value) })),
    equity: decimal(equity),
    atMs: Date.parse(at),
  });
  const { bestDay, worstDay, exposure } = performance;
  return {
    days: performance.days,
    best: figureValue(bestDay)?.returnPercentage.toFixed(),
    worst: figureValue(worstDay)?.returnPercentage.toFixed(),
    exposure: figureValue(exposure)?.toFixed(),
  };
}

describe("The running day", () => {
  const days = { "2024-03-04": "101000", "2024-03-05": "102010" };

  it("counts with the equity of now, in the place of its last mark", () => {
    const now = { startedAt: MONDAY, at: "2024-03-05T12:00:00Z", equity: "99990", days };
    expect(figures(now)).toMatchObject({ days: 2, best: "1", worst: "-1" });
  });

  it("counts without any mark, as do the days between", () => {
    const now = { startedAt: MONDAY, at: "2024-03-08T12:00:00Z", equity: "104050.2", days };
    expect(figures(now)).toMatchObject({ days: 5, best: "2", worst: "0" });
  });

  it("on a weekend is the Monday after it", () => {
    const now = { startedAt: MONDAY, at: "2024-03-09T12:00:00Z", equity: "102010", days };
    expect(figures(now)).toMatchObject({ days: 6 });
  });

  it("is the last marked one where the clock was set back", () => {
    const now = { startedAt: MONDAY, at: "2024-03-04T12:00:00Z", equity: "99990", days };
    expect(figures(now)).toMatchObject({ days: 2, worst: "-1" });
  });
});

describe("A session that was begun before its feed's clock had a start", () => {
  const epoch = { startedAt: "1970-01-01T00:00:00Z", equity: "101000" };
  const days = { "1970-01-01": "100000", "2024-03-04": "100000", "2024-03-05": "101000" };

  it("begins with its first marked day, and not decades before", () => {
    const now = { ...epoch, at: "2024-03-05T12:00:00Z", days, inMarketMs: 9 * HOUR_MS };
    expect(figures(now)).toEqual({ days: 2, best: "1", worst: "0", exposure: "25" });
  });

  it("begins today where nothing was marked", () => {
    const now = { ...epoch, equity: "100000", at: "2024-03-05T12:00:00Z", days: { "1970-01-01": "100000" } };
    expect(figures(now)).toMatchObject({ days: 1, exposure: "0" });
  });

  it("is of 1970 where there has been no price at all", () => {
    const now = { ...epoch, equity: "100000", at: "1970-01-01T00:00:00Z", days: { "1970-01-01": "100000" } };
    expect(figures(now)).toMatchObject({ days: 1, exposure: undefined });
  });

  it("that truly began on a day of 1970 begins there", () => {
    const begun = { startedAt: "1970-01-01T14:30:00Z", at: "1970-01-02T14:30:00Z", equity: "100000" };
    expect(figures({ ...begun, days: { "1970-01-01": "100000" }, inMarketMs: 12 * HOUR_MS })).toMatchObject({
      days: 2,
      exposure: "50",
    });
  });
});
