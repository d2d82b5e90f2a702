// The order in which a replay plays bars and signals.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FeedBar } from "../../src/feeds/feedPrices.ts";
import { mergeTimeline, timeOfEntry } from "../../src/feeds/mergeTimeline.ts";
import type { SignalEntry } from "../../src/feeds/signalsFile.ts";

const at = (minute: number, second = 0) => new Date(Date.UTC(2024, 0, 2, 14, minute, second));
const bar = (symbol: string, minute: number, intervalSeconds = 60): FeedBar => ({
  symbol,
  open: "1",
  high: "1",
  low: "1",
  close: "1",
  start: at(minute),
  intervalSeconds,
});
const signal = (signalId: string, time: Date): SignalEntry => ({ at: time, line: 1, input: { signalId } });

function play(files: readonly (readonly FeedBar[])[], signals: readonly SignalEntry[]): string[] {
  return [...mergeTimeline(files, signals)].map((entry) =>
    entry.kind === "bar" ? `${entry.bar.symbol}${entry.bar.start.getUTCMinutes()}` : String(entry.input["signalId"]),
  );
}

describe("a timeline", () => {
  it("plays bars by their start, ties in the order of the files", () => {
    const files = [
      [bar("B", 1), bar("B", 2)],
      [bar("A", 0), bar("A", 1), bar("A", 3)],
    ];
    expect(play(files, [])).toEqual(["A0", "B1", "A1", "B2", "A3"]);
  });

  it("plays a signal after the bars that end at its time and before those that start then", () => {
    expect(
      play(
        [
          [bar("A", 0), bar("A", 1)],
          [bar("B", 0), bar("B", 1)],
        ],
        [signal("s", at(1))],
      ),
    ).toEqual(["A0", "B0", "s", "A1", "B1"]);
  });

  it("plays the bar in which a signal falls before it", () => {
    expect(play([[bar("A", 0), bar("A", 1)]], [signal("s", at(0, 30))])).toEqual(["A0", "s", "A1"]);
  });

  it("plays signals before the first bar, in a gap, and after the last", () => {
    const signals = [signal("before", at(0)), signal("gap", at(5)), signal("same", at(5)), signal("after", at(20))];
    expect(play([[bar("A", 0), bar("A", 10)]], signals)).toEqual(["before", "A0", "gap", "same", "A10", "after"]);
    expect(play([], signals)).toEqual(["before", "gap", "same", "after"]);
  });

  it("holds every bar and signal once, and its time never falls", () => {
    const minutes = fc.uniqueArray(fc.nat(60), { maxLength: 20 }).map((each) => each.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(minutes, { maxLength: 4 }), fc.array(fc.nat(3600), { maxLength: 20 }), (files, seconds) => {
        const bars = files.map((each, index) => each.map((minute) => bar(`S${index}`, minute)));
        const signals = seconds.toSorted((a, b) => a - b).map((second, index) => signal(`s${index}`, at(0, second)));
        const entries = [...mergeTimeline(bars, signals)];
        expect(entries).toHaveLength(bars.flat().length + signals.length);
        const times = entries.map((entry) => timeOfEntry(entry).getTime());
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });
});
