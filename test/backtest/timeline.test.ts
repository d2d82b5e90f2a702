// The timeline of a backtest, read in portions: the very order of a whole one, and little of it held at a time.
import fc from "fast-check";
import { expect, it } from "vitest";
import { type BarPortions, Timeline } from "../../src/backtest/timeline.ts";
import type { FeedBar } from "../../src/feeds/feedPrices.ts";
import { mergeTimeline, type TimelineEntry } from "../../src/feeds/mergeTimeline.ts";
import type { SignalEntry } from "../../src/feeds/signalsFile.ts";

const START_MS = Date.UTC(2024, 0, 2, 14, 30);
const SECONDS_MAX = 40;
const PORTIONS_HELD_MAX = 2;

type Portions = readonly (readonly FeedBar[])[];

const at = (seconds: number): Date => new Date(START_MS + seconds * 1000);

/** A bar that is told apart from all others by its symbol and its open. */
function bar(series: number, index: number, seconds: number): FeedBar {
  const prices = { open: String(index + 1), high: "1000", low: "1", close: "1" };
  return { symbol: `S${series}`, ...prices, start: at(seconds), intervalSeconds: 1 + (index % 5) };
}

const second = fc.nat(SECONDS_MAX);
const sorted = (seconds: readonly number[]): number[] => seconds.toSorted((a, b) => a - b);

/** Seconds of starts, each once as data sets have them, and the lengths by which they are cut into portions. */
const cutStarts = fc.tuple(
  fc.uniqueArray(second, { maxLength: 30 }).map(sorted),
  fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 30, maxLength: 30 }),
);
const someSeries = fc.array(cutStarts, { maxLength: 4 }).map((all) =>
  all.map(([seconds, lengths], series) =>
    cut(
      seconds.map((start, index) => bar(series, index, start)),
      lengths,
    ),
  ),
);
const someSignals = fc
  .array(second, { maxLength: 20 })
  .map((seconds) => sorted(seconds).map((each, index): SignalEntry => ({ at: at(each), line: index + 1, input: {} })));

function cut(bars: readonly FeedBar[], lengths: readonly number[]): Portions {
  const portions: FeedBar[][] = [];
  for (let from = 0; from < bars.length; from += portions.at(-1)?.length ?? 1) {
    portions.push(bars.slice(from, from + (lengths[portions.length] ?? 1)));
  }
  return portions;
}

/** Portions that tell `onAsk` how many were handed out before, whenever one is asked for. */
async function* handOut(
  portions: Portions,
  onAsk: (before: number) => void,
): BarPortions & AsyncGenerator<Portions[0]> {
  for (const [index, portion] of portions.entries()) {
    onAsk(index);
    yield portion;
  }
  onAsk(portions.length);
}

/** All that a timeline answers, `onEntry` called for each as it is played. */
async function play(
  series: readonly BarPortions[],
  signals: readonly SignalEntry[],
  onEntry: (entry: TimelineEntry) => void = () => undefined,
): Promise<TimelineEntry[]> {
  const timeline = await Timeline.open(series, signals);
  const entries: TimelineEntry[] = [];
  for await (const portion of timeline.portions()) {
    for (const entry of portion) {
      onEntry(entry);
      entries.push(entry);
    }
  }
  return entries;
}

/** How many of the first portions have been played to their last bar. */
function portionsPlayed(portions: Portions, barsPlayed: number): number {
  let bars = 0;
  return portions.filter((portion) => {
    bars += portion.length;
    return bars <= barsPlayed;
  }).length;
}

it("is in the order of the whole series and signals, ties included, however the series are cut", async () => {
  await fc.assert(
    fc.asyncProperty(someSeries, someSignals, async (series, signals) => {
      const whole = [
        ...mergeTimeline(
          series.map((portions) => portions.flat()),
          signals,
        ),
      ];
      const played = await play(
        series.map((portions) => handOut(portions, () => undefined)),
        signals,
      );
      expect(played).toEqual(whole);
    }),
    { numRuns: 400 },
  );
});

it("is in that order too where bars of one series start together, on both sides of a cut", async () => {
  const starts = [
    [[1, 1], [1], [1, 2], [2, 2]],
    [[1], [1, 2], [2], [3]],
  ];
  const series = starts.map((portions, number) =>
    portions.map((seconds, part) => seconds.map((each, index) => bar(number, part * 10 + index, each))),
  );
  const signals = [0, 1, 1, 2, 3, 9].map((each, index) => ({ at: at(each), line: index + 1, input: {} }));
  const whole = [
    ...mergeTimeline(
      series.map((portions) => portions.flat()),
      signals,
    ),
  ];
  expect(whole).toHaveLength(7 + 5 + 6);
  expect(
    await play(
      series.map((portions) => handOut(portions, () => undefined)),
      signals,
    ),
  ).toEqual(whole);
});

it("holds no more than two portions of a series, and asks for each once", async () => {
  let heldMax = 0;
  await fc.assert(
    fc.asyncProperty(someSeries, someSignals, async (series, signals) => {
      const barsPlayed = series.map(() => 0);
      const asked: string[] = [];
      const portions = series.map((each, number) =>
        handOut(each, (before) => {
          asked.push(`S${number} ${before}`);
          if (before === each.length) return;
          // What it holds once it has the portion that it asks for now.
          const held = before + 1 - portionsPlayed(each, barsPlayed[number] ?? 0);
          heldMax = Math.max(heldMax, held);
          expect(held).toBeLessThanOrEqual(PORTIONS_HELD_MAX);
        }),
      );
      await play(portions, signals, (entry) => {
        const number = entry.kind === "bar" ? Number(entry.bar.symbol.slice(1)) : -1;
        if (number >= 0) barsPlayed[number] = (barsPlayed[number] ?? 0) + 1;
      });
      const all = series.flatMap((each, number) => [...each, []].map((_, part) => `S${number} ${part}`));
      expect(asked.toSorted()).toEqual(all.toSorted());
    }),
    { numRuns: 400 },
  );
  expect(heldMax).toBe(PORTIONS_HELD_MAX);
});

it("begins with its first bar, or with a signal before it; without any it has no beginning", async () => {
  const beginning = async (starts: readonly number[], signals: readonly number[]): Promise<number> => {
    const series = starts.map((start, number) => handOut([[bar(number, 0, start)]], () => undefined));
    const entries = signals.map((each) => ({ at: at(each), line: 1, input: {} }));
    return (await Timeline.open(series, entries)).beginningMs;
  };
  expect(await beginning([7, 5], [6])).toBe(at(5).getTime());
  expect(await beginning([7, 5], [3, 4])).toBe(at(3).getTime());
  expect(await beginning([], [3])).toBe(at(3).getTime());
  expect(await beginning([], [])).toBe(Number.POSITIVE_INFINITY);
});
