// Following one backtest: its newest state and progress, until it is finished.
import { isUnbound } from "../auth/viewer.ts";
import type { Backtest, BacktestRuns, BacktestStatus, BacktestStore } from "../backtestPorts.ts";
import type { Followed } from "../ports.ts";
import { withProgress } from "./backtests.ts";
import type { Viewer } from "./desk.ts";

/** How often its stored state is looked at: another process may run it. */
const LOOK_EVERY_MS = 1000;

const FINAL: ReadonlySet<BacktestStatus> = new Set(["DONE", "FAILED", "CANCELLED"]);

interface Watched {
  readonly store: Pick<BacktestStore, "findBacktest">;
  readonly runs: Pick<BacktestRuns, "listen" | "barsDone">;
}

/** The newest state of a backtest, beginning with the present one; undefined where the viewer has none of that id. */
export async function followBacktest(
  watched: Watched,
  viewer: Viewer,
  backtestId: string,
): Promise<Followed<Backtest> | undefined> {
  if (!isUnbound(viewer)) return undefined;
  // Listening begins before the state is read, so that no change falls between.
  const watcher = new BacktestWatcher(watched, viewer.owner, backtestId);
  try {
    if (await watcher.look()) return watcher;
  } catch (error) {
    watcher.close();
    throw error;
  }
  watcher.close();
  return undefined;
}

/** One value at most waits: what is newest when it is taken. It has ended after a final state, or with the backtest. */
class BacktestWatcher implements Followed<Backtest> {
  onReady: () => void = () => undefined;
  isEnded = false;
  private readonly watched: Watched;
  private readonly owner: string;
  private readonly backtestId: string;
  private readonly stopListening: () => void;
  private readonly timer: NodeJS.Timeout;
  private newest: Backtest | undefined;
  private isReady = false;
  private isLooking = false;
  private mustLookAgain = false;

  constructor(watched: Watched, owner: string, backtestId: string) {
    this.watched = watched;
    this.owner = owner;
    this.backtestId = backtestId;
    this.stopListening = watched.runs.listen(backtestId, (what) => {
      if (what === "state") this.lookSoon();
      else this.ready();
    });
    this.timer = setInterval(() => this.lookSoon(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** Reads the stored state; false where there is none any more. */
  async look(): Promise<boolean> {
    const before = this.newest;
    const found = await this.watched.store.findBacktest(this.owner, this.backtestId);
    if (found === undefined) {
      this.newest = undefined;
      this.end();
      return false;
    }
    this.newest = found;
    if (before?.status !== found.status || before.barsDone !== found.barsDone) this.ready();
    return true;
  }

  take(): Backtest | undefined {
    if (!this.isReady || this.newest === undefined) return undefined;
    this.isReady = false;
    const value = withProgress(this.watched.runs, this.newest);
    if (FINAL.has(value.status)) this.end();
    return value;
  }

  close(): void {
    this.stopListening();
    clearInterval(this.timer);
    this.isReady = false;
    this.newest = undefined;
  }

  private end(): void {
    this.isEnded = true;
    this.stopListening();
    clearInterval(this.timer);
    this.onReady();
  }

  private ready(): void {
    if (this.isEnded) return;
    this.isReady = true;
    this.onReady();
  }

  /** A look that fails is made again with the next. */
  private lookSoon(): void {
    if (this.isLooking) {
      this.mustLookAgain = true;
      return;
    }
    this.isLooking = true;
    this.look()
      .catch(() => undefined)
      .finally(() => {
        this.isLooking = false;
        if (!this.mustLookAgain) return;
        this.mustLookAgain = false;
        if (!this.isEnded) this.lookSoon();
      });
  }
}
