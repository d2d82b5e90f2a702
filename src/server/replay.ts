// Replays CSV bars as the price feed and executes recorded signals on the way.
import { setTimeout as sleep } from "node:timers/promises";
import { beginningOf, type Played, Player, type ReadSignalInput } from "../backtest/player.ts";
import { readCsvBars } from "../feeds/csvBars.ts";
import type { FeedBar, LineFault } from "../feeds/feedPrices.ts";
import { mergeTimeline, timeOfEntry } from "../feeds/mergeTimeline.ts";
import { waitMilliseconds } from "../feeds/pace.ts";
import type { ReplayFile } from "../feeds/replayArgument.ts";
import { readSignalsFile, type SignalEntry } from "../feeds/signalsFile.ts";
import { enableAccount } from "../services/enableAccount.ts";
import type { RunningDesk } from "./desk.ts";
import { PLAYING_VIEWER } from "./viewer.ts";

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
export interface ReplayOutcome extends Played {
  /** False where it was stopped before its end. */
  readonly isWhole: boolean;
  readonly accounts: readonly string[];
}

/** Reads the files of a replay. Throws FeedError where one cannot be used at all. */
export async function planReplay({ files, speed, signalsFile, timezone }: ReplayChoice): Promise<ReplayPlan> {
  const series = await Promise.all(files.map(({ file, symbol }) => readCsvBars({ file, symbol, timezone })));
  const signals = signalsFile === undefined ? undefined : await readSignalsFile({ file: signalsFile, timezone });
  const faults = series.map((read, index) => ({ file: files[index]?.file ?? read.symbol, faults: read.faults }));
  if (signals !== undefined) faults.push({ file: signalsFile ?? "", faults: signals.faults });
  return { speed, series, signals: signals?.entries ?? [], faults: faults.filter((of) => of.faults.length > 0) };
}

/** When the first bar of a plan starts, or its first signal comes: epoch milliseconds. */
export function beginningOfPlan({ series, signals }: ReplayPlan): number {
  return beginningOf(
    series.map(({ bars }) => bars[0]),
    signals[0],
  );
}

/** Plays the plan to its end, or until `stopped`. Accounts that its signals name are enabled first. */
export async function playReplay(
  running: RunningDesk,
  plan: ReplayPlan,
  readInput: ReadSignalInput,
  stopped: AbortSignal,
): Promise<ReplayOutcome> {
  const player = new Player({ ...running, viewer: PLAYING_VIEWER }, readInput);
  const accounts = accountsOf(plan.signals);
  for (const name of accounts) await enableAccount(running.road, PLAYING_VIEWER, { name });
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
