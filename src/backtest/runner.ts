// Runs the backtests that wait, one after another, each in a worker: claimed, run, its result stored, shown at the end.
import { setTimeout as sleep } from "node:timers/promises";
import { v4 as uuidV4 } from "uuid";
import {
  type Backtest,
  type BacktestRuns,
  type BacktestStore,
  DataSetGoneError,
  type DataSetStore,
  type Run,
} from "../backtestPorts.ts";
import type { DeskLog } from "../services/desk.ts";
import { runInWorker, WorkerFailedError, type WorkerOutcome } from "./workerRun.ts";

/** A backtest whose process ends in its middle is begun again, at most so many times in all. */
export const BACKTEST_ATTEMPTS_MAX = 3;
/** How often a runner says that it goes on. */
export const BACKTEST_HEARTBEAT_SECONDS = 10;
/** A run of another process that has said nothing for so long is taken over. */
export const BACKTEST_SILENT_SECONDS_MAX = 60;
/** How often the queue is looked at where nobody has rung: other processes add to it too. */
const LOOK_EVERY_SECONDS = 5;

export interface RunnerOptions {
  readonly store: BacktestStore;
  readonly dataSets: Pick<DataSetStore, "readBars">;
  readonly log: DeskLog;
  /** Whether other processes may run backtests of the same database. */
  readonly isShared: boolean;
  /** For tests: other times, in seconds, and another worker. */
  readonly heartbeatSeconds?: number;
  readonly silentSecondsMax?: number;
  readonly workerFile?: URL;
}

export interface BacktestRunner extends BacktestRuns {
  /** Ends what runs, which is begun anew by whoever starts next. */
  close(): Promise<void>;
}

/** Why a run is ended in its middle. */
type Stop = "unwanted" | "closing" | "lost";

interface Current {
  readonly run: Run;
  readonly stopper: AbortController;
  barsDone: number;
}

/** Starts to run what waits, one backtest at a time: more would only make each other, and everything else, slow. */
export function startRunner(options: RunnerOptions): BacktestRunner {
  const runner = new Runner(options);
  runner.start();
  return runner;
}

class Runner implements BacktestRunner {
  private readonly options: RunnerOptions;
  private readonly id = uuidV4();
  private readonly listeners = new Map<string, Set<(what: "progress" | "state") => void>>();
  private readonly closing = new AbortController();
  private current: Current | undefined;
  private ring: () => void = () => undefined;
  private ended: Promise<void> = Promise.resolve();

  constructor(options: RunnerOptions) {
    this.options = options;
  }

  start(): void {
    this.ended = this.work();
  }

  wake(): void {
    this.ring();
  }

  stop(backtestId: string): void {
    if (this.current?.run.backtestId === backtestId) this.current.stopper.abort("unwanted" satisfies Stop);
    this.tell(backtestId, "state");
  }

  barsDone(backtestId: string): number | undefined {
    return this.current?.run.backtestId === backtestId ? this.current.barsDone : undefined;
  }

  listen(backtestId: string, listener: (what: "progress" | "state") => void): () => void {
    const listeners = this.listeners.get(backtestId) ?? new Set();
    this.listeners.set(backtestId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(backtestId) === listeners) this.listeners.delete(backtestId);
    };
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.current?.stopper.abort("closing" satisfies Stop);
    this.ring();
    await this.ended;
  }

  private async work(): Promise<void> {
    const { log, store } = this.options;
    await store
      .sweepAll()
      .catch((error: unknown) => log.warn({ err: error }, "left-over results could not be deleted"));
    while (!this.closing.signal.aborted) {
      const rung = this.nextRing();
      const hasRun = await this.runNext().catch((error: unknown) => {
        log.error({ err: error }, "the queue of backtests could not be looked at; it is tried again");
        return false;
      });
      if (hasRun) this.ring();
      else if (!this.closing.signal.aborted) await rung;
    }
  }

  /** Resolves when it is woken, or after a while. */
  private nextRing(): Promise<unknown> {
    const rung = new AbortController();
    this.ring = () => rung.abort();
    return sleep(LOOK_EVERY_SECONDS * 1000, undefined, { signal: rung.signal, ref: false }).catch(() => undefined);
  }

  private async runNext(): Promise<boolean> {
    const { store, isShared, silentSecondsMax = BACKTEST_SILENT_SECONDS_MAX } = this.options;
    // An embedded database has one process: whoever else began a run is gone.
    const rules = {
      runner: this.id,
      attemptsMax: BACKTEST_ATTEMPTS_MAX,
      silentSecondsMax: isShared ? silentSecondsMax : 0,
    };
    const claimed = await store.claim(rules);
    if (claimed === undefined) return false;
    const { backtest, signals } = claimed;
    const run: Run = { backtestId: backtest.backtestId, runner: this.id };
    const current: Current = { run, stopper: new AbortController(), barsDone: 0 };
    this.current = current;
    if (this.closing.signal.aborted) current.stopper.abort("closing" satisfies Stop);
    this.tell(run.backtestId, "state");
    const stopHeart = this.beat(current);
    try {
      await this.settle(current, backtest, signals);
    } finally {
      await stopHeart();
      this.current = undefined;
      this.tell(run.backtestId, "state");
    }
    return true;
  }

  /** Runs it and leaves it in its next state, with its result or without any row of it. */
  private async settle(current: Current, backtest: Backtest, signals: string): Promise<void> {
    const { store, log } = this.options;
    const { run } = current;
    const { backtestId } = run;
    const begun = performance.now();
    try {
      await store.sweep(run);
      const outcome = await this.runWorker(current, backtest, signals);
      if (outcome.kind === "done" && (await store.finish(run, outcome.figures, outcome.fillModelVersion))) {
        log.info(
          { backtestId, bars: backtest.barsTotal, tookMs: Math.round(performance.now() - begun) },
          "backtest done",
        );
        return;
      }
      if (current.stopper.signal.reason === ("closing" satisfies Stop)) await store.release(run, true);
    } catch (error) {
      await this.failed(run, error);
    }
    await store.sweep(run);
  }

  private runWorker(current: Current, { backtestId, owner, input }: Backtest, signals: string): Promise<WorkerOutcome> {
    const { dataSets, store, workerFile } = this.options;
    const { settings, strategy, from, to } = input;
    const symbols = input.dataSets.map(({ symbol }) => symbol);
    const dateOf = (time: string | null): Date | undefined => (time === null ? undefined : new Date(time));
    return runInWorker({
      order: { backtestId, owner, settings, strategy, signals, symbols },
      bars: (series) => dataSets.readBars(input.dataSets[series]?.dataSetId ?? "", dateOf(from), dateOf(to)),
      onProgress: (barsDone) => {
        current.barsDone = barsDone;
        this.tell(backtestId, "progress");
      },
      addRows: (table, rows) => store.addRows(current.run, table, rows),
      stopped: current.stopper.signal,
      workerFile,
    });
  }

  /** What would fail again is told; what may have been the database's is tried again. */
  private async failed(run: Run, error: unknown): Promise<void> {
    const { store, log } = this.options;
    const reason = reasonOf(error);
    log.warn({ err: error, backtestId: run.backtestId }, reason ?? "a backtest failed; it is begun again");
    if (reason === undefined) await store.release(run, false);
    else await store.fail(run, reason);
  }

  /** Says again and again that the run goes on; one that is not the runner's any more is stopped. */
  private beat({ run, stopper }: Current): () => Promise<void> {
    const { store, log, heartbeatSeconds = BACKTEST_HEARTBEAT_SECONDS } = this.options;
    let beating: Promise<void> = Promise.resolve();
    const timer = setInterval(() => {
      beating = store
        .beat(run, this.barsDone(run.backtestId) ?? 0)
        .then((isOwn) => {
          if (!isOwn) stopper.abort("lost" satisfies Stop);
        })
        .catch((error: unknown) => log.warn({ err: error }, "a backtest could not say that it goes on"));
    }, heartbeatSeconds * 1000);
    return async () => {
      clearInterval(timer);
      await beating;
    };
  }

  private tell(backtestId: string, what: "progress" | "state"): void {
    for (const listener of this.listeners.get(backtestId) ?? []) listener(what);
  }
}

/** A sentence about a failure that would come again; undefined for one that may not. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof WorkerFailedError) return error.message;
  if (error instanceof DataSetGoneError) return "One of its data sets was deleted before it was done.";
  return undefined;
}
