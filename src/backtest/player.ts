// Plays bars and signals into a desk in the order of a timeline: a replay and a backtest are the same music.
import type { FeedBar, LineFault } from "../feeds/feedPrices.ts";
import type { TimelineEntry } from "../feeds/mergeTimeline.ts";
import type { SignalEntry } from "../feeds/signalsFile.ts";
import type { Viewer } from "../services/desk.ts";
import { type AccountSignalInput, executeSignal, type SignalExecution } from "../services/executeSignals.ts";
import { type PriceRoad, publishBars } from "../services/publishPrices.ts";
import type { WriteRoad } from "../services/writeRoad.ts";

/** Bars that are published together where nothing has to happen between them. */
const BARS_TOGETHER_MAX = 500;

/** The parts of a desk that is played into, and whose signals they are. */
export interface PlayedDesk {
  readonly road: WriteRoad;
  readonly prices: PriceRoad;
  readonly viewer: Viewer;
}

/** Turns a recorded signal into the API's input, or says what is wrong with it. */
export type ReadSignalInput = (json: Readonly<Record<string, unknown>>) => AccountSignalInput | string;

/** What came of what was played. */
export interface Played {
  readonly accepted: number;
  readonly stale: number;
  readonly refused: number;
  /** How many signals had which outcome: FILLED, REJECTED, invalid … */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly rejections: ReadonlyMap<string, number>;
  /** Signals that could not be read, by line of their file. */
  readonly invalid: readonly LineFault[];
}

/** Plays entries in order; bars wait until something needs them done. */
export class Player {
  private readonly desk: PlayedDesk;
  private readonly readInput: ReadSignalInput;
  private bars: FeedBar[] = [];
  private accepted = 0;
  private stale = 0;
  private refused = 0;
  private readonly outcomes = new Map<string, number>();
  private readonly rejections = new Map<string, number>();
  private readonly invalid: LineFault[] = [];

  constructor(desk: PlayedDesk, readInput: ReadSignalInput) {
    this.desk = desk;
    this.readInput = readInput;
  }

  /** Plays one entry; a bar only after the answered promise of a later `play` or of `publish`. */
  async play(entry: TimelineEntry): Promise<void> {
    if (entry.kind === "bar") {
      this.bars.push(entry.bar);
      if (this.bars.length >= BARS_TOGETHER_MAX) await this.publish();
    } else {
      await this.publish();
      await this.execute(entry);
    }
  }

  /** Publishes the bars that wait. */
  async publish(): Promise<void> {
    if (this.bars.length === 0) return;
    const report = await publishBars(this.desk.prices, this.bars);
    this.bars = [];
    this.accepted += report.accepted;
    this.stale += report.stale;
    this.refused += report.refused.length;
  }

  /** What came of everything so far. */
  outcome(): Played {
    const { accepted, stale, refused, outcomes, rejections, invalid } = this;
    return { accepted, stale, refused, outcomes, rejections, invalid };
  }

  private async execute({ line, input }: SignalEntry): Promise<void> {
    const read = this.readInput(input);
    if (typeof read === "string") {
      this.invalid.push({ line, reason: read });
      return;
    }
    const result = await executeSignal(this.desk.road, this.desk.viewer, read);
    count(this.outcomes, outcomeOf(result));
    if (result.kind === "executed") for (const { code } of result.signal.rejections) count(this.rejections, code);
    if (result.kind === "invalid") {
      const reason = result.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ");
      this.invalid.push({ line, reason });
    }
  }
}

/** When the first bar of any series starts, or the first signal comes: epoch milliseconds. Infinity where there is neither. */
export function beginningOf(firstBars: readonly (FeedBar | undefined)[], firstSignal: SignalEntry | undefined): number {
  const starts = firstBars.flatMap((bar) => bar?.start.getTime() ?? []);
  return Math.min(...starts, ...(firstSignal === undefined ? [] : [firstSignal.at.getTime()]));
}

function outcomeOf(result: SignalExecution): string {
  if (result.kind !== "executed") return result.kind === "invalid" ? "invalid" : `refused (${result.kind})`;
  return result.replayed ? `${result.signal.status}, replayed` : result.signal.status;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
