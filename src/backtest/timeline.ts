// The one timeline of bars that come in portions, of several series, and of signals: the order in which a replay plays them.
import type { FeedBar } from "../feeds/feedPrices.ts";
import { mergeTimeline, type TimelineEntry } from "../feeds/mergeTimeline.ts";
import type { SignalEntry } from "../feeds/signalsFile.ts";
import { beginningOf } from "./player.ts";

/** Bars of one series in the order of their starts, some at a time; a portion is never empty. */
export type BarPortions = AsyncIterator<readonly FeedBar[]>;

/** What is known of a series: the bars that were read and not played, and whether more may come. */
interface Series {
  readonly portions: BarPortions;
  bars: FeedBar[];
  isOver: boolean;
}

/** Never more than two portions of each series are held at once. */
export class Timeline {
  /** When the first bar starts, or the first signal comes: epoch milliseconds. */
  readonly beginningMs: number;
  private readonly series: readonly Series[];
  private signals: readonly SignalEntry[];

  private constructor(series: readonly Series[], signals: readonly SignalEntry[]) {
    this.series = series;
    this.signals = signals;
    this.beginningMs = beginningOf(
      series.map(({ bars }) => bars[0]),
      signals[0],
    );
  }

  /** Reads the first portion of each series; `signals` are sorted by `at`. Ties of bars are in the order of the series. */
  static async open(series: readonly BarPortions[], signals: readonly SignalEntry[]): Promise<Timeline> {
    const opened = series.map((portions): Series => ({ portions, bars: [], isOver: false }));
    await Promise.all(opened.map(readMore));
    return new Timeline(opened, signals);
  }

  /** The entries, some at a time: all together what `mergeTimeline` answers for the whole series. */
  async *portions(): AsyncGenerator<Iterable<TimelineEntry>> {
    for (;;) {
      const bounding = this.bounding();
      const horizonMs = bounding === undefined ? Number.POSITIVE_INFINITY : lastStart(bounding);
      yield mergeTimeline(
        this.series.map((series) => takeBefore(series, horizonMs)),
        this.signalsUntil(horizonMs),
      );
      if (bounding === undefined) return;
      await readMore(bounding);
    }
  }

  /** The series that is known for the shortest time: what comes in it next may come before the others' bars. */
  private bounding(): Series | undefined {
    const open = this.series.filter(({ isOver }) => !isOver);
    return open.reduce<Series | undefined>(
      (first, series) => (first === undefined || lastStart(series) < lastStart(first) ? series : first),
      undefined,
    );
  }

  private signalsUntil(horizonMs: number): readonly SignalEntry[] {
    const later = this.signals.findIndex(({ at }) => at.getTime() > horizonMs);
    const due = later === -1 ? this.signals : this.signals.slice(0, later);
    this.signals = this.signals.slice(due.length);
    return due;
  }
}

async function readMore(series: Series): Promise<void> {
  const { done, value } = await series.portions.next();
  if (done === true) series.isOver = true;
  else series.bars.push(...value);
}

/** A series of which more may come holds a bar: only those that start before its last one are ever taken. */
function lastStart({ bars }: Series): number {
  return bars.at(-1)?.start.getTime() ?? Number.NEGATIVE_INFINITY;
}

function takeBefore(series: Series, horizonMs: number): readonly FeedBar[] {
  const { bars } = series;
  const later = bars.findIndex(({ start }) => start.getTime() >= horizonMs);
  const taken = later === -1 ? bars : bars.slice(0, later);
  series.bars = later === -1 ? [] : bars.slice(later);
  return taken;
}
