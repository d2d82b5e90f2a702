// Replays CSV bars as the price feed and executes recorded signals on the way.
import { setTimeout as sleep } from "node:timers/promises";
import { readCsvBars } from "../feeds/csvBars.ts";
import type { FeedBar, LineFault } from "../feeds/feedPrices.ts";
import { mergeTimeline, type TimelineEntry, timeOfEntry } from "../feeds/mergeTimeline.ts";
import { waitMilliseconds } from "../feeds/pace.ts";
import type { ReplayFile } from "../feeds/replayArgument.ts";
import { readSignalsFile, type SignalEntry } from "../feeds/signalsFile.ts";
import { enableAccount } from "../services/enableAccount.ts";
import { type AccountSignalInput, executeSignal, type SignalExecution } from "../services/executeSignals.ts";
import { publishBars } from "../services/publishPrices.ts";
import type { RunningDesk } from "./desk.ts";
import { LOCAL_VIEWER } from "./viewer.ts";

export interface ReplayChoice {
  readonly files: readonly ReplayFile[];
  /** Market time over wall time; Infinity does not wait. */
  readonly speed: number;
  readonly signalsFile: string | undefined;
  readonly timezone: string;
}

/** What a replay plays, read and checked before the server starts. */
export interface ReplayPlan {
  readonly speed: number;
  readonly series: readonly { readonly symbol: string; readonly bars: readonly FeedBar[] }[];
  readonly signals: readonly SignalEntry[];
  readonly faults: readonly { readonly file: string; readonly faults: readonly LineFault[] }[];
}

/** What came of a replay. */
export interface ReplayOutcome {
  /** False where it was stopped before its end. */
  readonly isWhole: boolean;
  readonly accepted: number;
  readonly stale: number;
  readonly refused: number;
  /** How many signals had which outcome: FILLED, REJECTED, invalid … */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly rejections: ReadonlyMap<string, number>;
  /** Signals that could not be read, by line of their file. */
  readonly invalid: readonly LineFault[];
  readonly accounts: readonly string[];
}

/** Turns the JSON of a signals file into the API's input, or says what is wrong with it. */
export type ReadSignalInput = (json: Readonly<Record<string, unknown>>) => AccountSignalInput | string;

/** Bars that are published together where nothing has to happen between them. */
const BARS_TOGETHER_MAX = 500;

/** Reads the files of a replay. Throws FeedError where one cannot be used at all. */
export async function planReplay({ files, speed, signalsFile, timezone }: ReplayChoice): Promise<ReplayPlan> {
  const series = await Promise.all(files.map(({ file, symbol }) => readCsvBars({ file, symbol, timezone })));
  const signals = signalsFile === undefined ? undefined : await readSignalsFile({ file: signalsFile, timezone });
  const faults = series.map((read, index) => ({ file: files[index]?.file ?? read.symbol, faults: read.faults }));
  if (signals !== undefined) faults.push({ file: signalsFile ?? "", faults: signals.faults });
  return { speed, series, signals: signals?.entries ?? [], faults: faults.filter((of) => of.faults.length > 0) };
}

/** When the first bar of a plan starts, or its first signal comes: epoch milliseconds. */
export function beginningOf({ series, signals }: ReplayPlan): number {
  const starts = series.flatMap(({ bars }) => bars[0]?.start.getTime() ?? []);
  return Math.min(...starts, ...signals.slice(0, 1).map(({ at }) => at.getTime()));
}

/** Plays the plan to its end, or until `stopped`. Accounts that its signals name are enabled first. */
export async function playReplay(
  running: RunningDesk,
  plan: ReplayPlan,
  readInput: ReadSignalInput,
  stopped: AbortSignal,
): Promise<ReplayOutcome> {
  const player = new Player(running, readInput);
  const accounts = accountsOf(plan.signals);
  for (const name of accounts) await enableAccount(running.road, LOCAL_VIEWER, { name });
  let before: Date | undefined;
  let dueMs = performance.now();
  let isWhole = true;
  for (const entry of mergeTimeline(
    plan.series.map(({ bars }) => bars),
    plan.signals,
  )) {
    const time = timeOfEntry(entry);
    const waitMs = before === undefined ? 0 : waitMilliseconds(before, time, plan.speed);
    if (waitMs > 0) {
      await player.publish();
      // The work's own time comes off the wait; what is late is not caught up with.
      dueMs = Math.max(dueMs + waitMs, performance.now());
      await sleep(dueMs - performance.now(), undefined, { signal: stopped }).catch(() => undefined);
    }
    if (stopped.aborted) {
      isWhole = false;
      break;
    }
    before = time;
    await player.play(entry);
  }
  await player.publish();
  return { ...player.outcome(), isWhole, accounts };
}

/** The accounts that signals name; `main` is always among them. */
function accountsOf(signals: readonly SignalEntry[]): string[] {
  const named = signals.map(({ input }) => input["account"]).filter((name) => typeof name === "string");
  return [...new Set(["main", ...named])];
}

/** Plays entries in order; bars wait until something needs them done. */
class Player {
  private readonly running: RunningDesk;
  private readonly readInput: ReadSignalInput;
  private bars: FeedBar[] = [];
  private accepted = 0;
  private stale = 0;
  private refused = 0;
  private readonly outcomes = new Map<string, number>();
  private readonly rejections = new Map<string, number>();
  private readonly invalid: LineFault[] = [];

  constructor(running: RunningDesk, readInput: ReadSignalInput) {
    this.running = running;
    this.readInput = readInput;
  }

  async play(entry: TimelineEntry): Promise<void> {
    if (entry.kind === "bar") {
      this.bars.push(entry.bar);
      if (this.bars.length >= BARS_TOGETHER_MAX) await this.publish();
    } else {
      await this.publish();
      await this.execute(entry);
    }
  }

  async publish(): Promise<void> {
    if (this.bars.length === 0) return;
    const report = await publishBars(this.running.prices, this.bars);
    this.bars = [];
    this.accepted += report.accepted;
    this.stale += report.stale;
    this.refused += report.refused.length;
  }

  private async execute({ line, input }: SignalEntry): Promise<void> {
    const read = this.readInput(input);
    if (typeof read === "string") {
      this.invalid.push({ line, reason: read });
      return;
    }
    const result = await executeSignal(this.running.road, LOCAL_VIEWER, read);
    count(this.outcomes, outcomeOf(result));
    if (result.kind === "executed") for (const { code } of result.signal.rejections) count(this.rejections, code);
    if (result.kind === "invalid") {
      const reason = result.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ");
      this.invalid.push({ line, reason });
    }
  }

  outcome(): Omit<ReplayOutcome, "isWhole" | "accounts"> {
    const { accepted, stale, refused, outcomes, rejections, invalid } = this;
    return { accepted, stale, refused, outcomes, rejections, invalid };
  }
}

function outcomeOf(result: SignalExecution): string {
  if (result.kind !== "executed") return result.kind === "invalid" ? "invalid" : `refused (${result.kind})`;
  return result.replayed ? `${result.signal.status}, replayed` : result.signal.status;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
