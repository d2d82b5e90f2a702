// Which points of a batch are stored, and the days that they lie on.
import { describe, expect, it } from "vitest";
import { daysOf, pointRecord, pointsToStore, type SessionPoint } from "../../../src/domain/curve/sessionPoint.ts";
import { decimal, ZERO } from "../../../src/domain/decimal.ts";

const MINUTE_MS = 60_000;

function point(session: number, timeMs: number, equity: string): SessionPoint {
  return { session, timeMs, equity: decimal(equity), cash: ZERO, drawdown: decimal("1000").minus(decimal(equity)) };
}

const equities = (points: readonly SessionPoint[]): string[] => points.map(({ equity }) => equity.toFixed());

describe("of a batch's points", () => {
  it("each minute's lowest, highest and last are stored", () => {
    const minute = ["5", "9", "6", "2", "7", "4"].map((equity, index) => point(1, MINUTE_MS + index, equity));
    expect(equities(pointsToStore([point(1, 0, "1"), ...minute]))).toEqual(["1", "9", "2", "4"]);
  });

  it("each session's first is stored, also where others of its minute say more", () => {
    const points = ["100", "90", "120", "110"].map((equity, index) => point(1, index, equity));
    const next = ["100", "80", "130", "105"].map((equity, index) => point(2, 10 + index, equity));
    expect(equities(pointsToStore([...points, ...next]))).toEqual([
      "100",
      "90",
      "120",
      "110",
      "100",
      "80",
      "130",
      "105",
    ]);
  });

  it("one is stored as it is, and none is none", () => {
    expect(equities(pointsToStore([point(1, 5, "7")]))).toEqual(["7"]);
    expect(pointsToStore([])).toEqual([]);
  });
});

it("days are those of UTC, each told once", () => {
  const times = ["2026-01-01T23:59:59.999Z", "2026-01-02T00:00:00Z", "2026-01-02T12:00:00Z"];
  const records = times.map((time) => pointRecord("a", point(1, Date.parse(time), "1")));
  expect(daysOf(records)).toEqual([
    { accountId: "a", session: 1, day: "2026-01-01" },
    { accountId: "a", session: 1, day: "2026-01-02" },
  ]);
});
