// Which points of a batch are kept while it goes on, which are stored, and the days that they lie on.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Draft } from "../../../src/domain/book.ts";
import {
  daysOf,
  fewerPoints,
  pointRecord,
  pointsToStore,
  pointsUntilFewer,
  type SessionPoint,
} from "../../../src/domain/curve/sessionPoint.ts";
import { decimal, ZERO } from "../../../src/domain/decimal.ts";
import { dayOf } from "../../../src/domain/statistics/dailyEquity.ts";
import { at, bookOf, decide, FREE, prices } from "../../support/builders.ts";
import { curveArbitrary, DAY_MS, earliest, HOUR_MS, isDeeper, isHigher, isLower, MINUTE_MS } from "./points.ts";

/** The points of a batch that are kept as they are. */
const KEPT_MAX = 512;
/** What may gather until they are made fewer again, where they can be made so few. */
const GATHERED_MAX = 2 * KEPT_MAX;

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

/** A draft of an account that holds 100 AAPL from 150, of which nothing is changed yet. */
function holding(): Draft {
  const draft = new Draft(bookOf(FREE));
  decide(draft, { positionSize: "100" });
  return new Draft(draft.committed());
}

/** A price around 150 with a saw of each hour and a wave of each 16 hours: highest and lowest lie between the ends. */
function priceAt(minute: number): string {
  const wave = 960 / 2 - Math.abs((minute % 960) - 960 / 2);
  return (130 + (minute % 60) / 4 + wave / 20 + minute / 1000).toFixed(3);
}

/** Marks a draft each minute so many times, and answers every point that was made. */
function markEachMinute(draft: Draft, count: number, afterEach: () => void = () => undefined): SessionPoint[] {
  const made: SessionPoint[] = [];
  for (let minute = 0; minute < count; minute += 1) {
    draft.mark(prices({ AAPL: priceAt(minute) }), at(minute * 60));
    made.push(draft.points.at(-1) as SessionPoint);
    afterEach();
  }
  return made;
}

/** The last point of each UTC day of each session. */
function lastOfDays(points: readonly SessionPoint[]): SessionPoint[] {
  return [...new Map(points.map((each) => [`${each.session} ${dayOf(each.timeMs)}`, each])).values()];
}

/** What must never be lost of one session's points. */
function tellingOf(points: readonly SessionPoint[]): (SessionPoint | undefined)[] {
  const extremes = [isLower, isHigher, isDeeper].map((beats) => earliest(points, beats));
  return [points[0], ...extremes, ...lastOfDays(points), points.at(-1)];
}

describe("a batch that marks an account", () => {
  it("300 times keeps all of its points", () => {
    const draft = holding();
    const made = markEachMinute(draft, 300);
    expect(draft.points).toEqual(made);
    expect(draft.points).toHaveLength(300);
    expect(draft.points.map(({ timeMs }) => timeMs)).toEqual(made.map((_, minute) => at(minute * 60)));
    // 100,000 and 100 shares that were bought at 150: 130 + 10/4 + 10/20 + 10/1000 is 133.01.
    expect(equities(draft.points.slice(10, 11))).toEqual(["98301"]);
  });

  it("5,000 times, each minute, keeps a bounded list with all that tells of the curve", () => {
    const draft = holding();
    let most = 0;
    const made = markEachMinute(draft, 5000, () => {
      most = Math.max(most, draft.points.length);
    });
    expect(most).toBeLessThanOrEqual(GATHERED_MAX);
    expect(draft.points.length).toBeGreaterThan(50);
    expect(lastOfDays(made).map(({ timeMs }) => dayOf(timeMs))).toEqual([
      "2024-01-02",
      "2024-01-03",
      "2024-01-04",
      "2024-01-05",
      "2024-01-06",
    ]);
    for (const telling of tellingOf(made)) expect(draft.points).toContain(telling);
    expect(made.filter((each) => draft.points.includes(each))).toEqual(draft.points);
    const { peakEquity, maxDrawdown } = draft.session.figures;
    expect(equities(draft.points)).toContain(peakEquity.toFixed());
    expect(draft.points.map(({ drawdown }) => drawdown.toFixed())).toContain(maxDrawdown.toFixed());
  });

  it("keeps the first of each session of a batch that resets between thousands of marks", () => {
    const draft = new Draft(bookOf(FREE));
    const made: SessionPoint[] = [];
    const note = (): number => made.push(draft.points.at(-1) as SessionPoint);
    for (let minute = 0; minute < 3000; minute += 1) {
      if (minute % 700 === 699) {
        draft.beginSession(draft.settings, at(minute * 60), prices({}));
        note();
      }
      draft.mark(prices({}), at(minute * 60));
      note();
    }
    expect(draft.points.length).toBeLessThanOrEqual(GATHERED_MAX);
    const sessions = [1, 2, 3, 4, 5];
    expect([...new Set(draft.points.map(({ session }) => session))]).toEqual(sessions);
    for (const session of sessions) {
      const ofSession = made.filter((each) => each.session === session);
      for (const telling of tellingOf(ofSession)) expect(draft.points).toContain(telling);
    }
    expect(made.filter((each) => draft.points.includes(each))).toEqual(draft.points);
  });

  it("goes on with times that never fall, where the clock is set back", () => {
    const draft = new Draft(bookOf(FREE));
    for (const seconds of [0, 60, 30, 90]) draft.mark(prices({}), at(seconds));
    expect(draft.points.map(({ timeMs }) => timeMs)).toEqual([at(0), at(60), at(60), at(90)]);
  });
});

describe("fewer points", () => {
  const everyMinute = (count: number): SessionPoint[] =>
    Array.from({ length: count }, (_, minute) => point(1, minute * MINUTE_MS, String((minute * 7919) % 1009)));

  it("are the points themselves while there are 512 or fewer", () => {
    const points = everyMinute(KEPT_MAX);
    expect(fewerPoints(points)).toBe(points);
    expect(fewerPoints([])).toEqual([]);
  });

  it.each([
    { name: "15 minutes", count: KEPT_MAX + 1, bucketMs: 15 * MINUTE_MS },
    { name: "an hour", count: 5000, bucketMs: HOUR_MS },
    { name: "a day", count: 20_000, bucketMs: DAY_MS },
  ])("are what buckets of $name keep of $count points, one each minute", ({ count, bucketMs }) => {
    const points = everyMinute(count);
    const fewer = fewerPoints(points);
    expect(fewer).toEqual(pointsToStore(points, bucketMs));
    expect(fewer.length).toBeLessThanOrEqual(KEPT_MAX);
  });

  it("of any curve are some of them, in order, with all that tells, and few, or four a day and the first", () => {
    fc.assert(
      fc.property(curveArbitrary(400, 900), fc.nat(900), (curve, resetAt) => {
        const points = curve.map((each, index): SessionPoint => ({ ...each, session: index < resetAt ? 1 : 2 }));
        const fewer = fewerPoints(points);
        const kept = new Set(fewer);
        expect(points.filter((each) => kept.has(each))).toEqual(fewer);
        for (const session of [1, 2]) {
          const ofSession = points.filter((each) => each.session === session);
          for (const telling of tellingOf(ofSession)) if (telling !== undefined) expect(kept).toContain(telling);
        }
        const days = lastOfDays(points).length;
        expect(fewer.length).toBeLessThanOrEqual(Math.max(KEPT_MAX, 4 * days + 2));
      }),
      { numRuns: 60 },
    );
  });

  it("are looked for again when there are twice as many, so that what cannot be reduced costs little", () => {
    expect([0, 1, 256, 257, 4000].map(pointsUntilFewer)).toEqual([KEPT_MAX, KEPT_MAX, KEPT_MAX, 514, 8000]);
    const daily = Array.from({ length: 3000 }, (_, day) => point(1, day * DAY_MS, String(day)));
    expect(fewerPoints(daily)).toEqual(daily);
  });
});
