// A backtest in a worker thread, seen from the process: bars go in, rows come out, and it ends one way or another.
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { BacktestFigures, ResultTable } from "../backtestPorts.ts";
import type { BarInput } from "../domain/price.ts";
import type { FromWorker, ToWorker, WorkerOrder } from "./messages.ts";
import { packBars } from "./packedBars.ts";

/** The memory that one backtest may take for its objects, in megabytes. */
export const BACKTEST_MEMORY_MB_MAX = 1024;

/** As it is built. Where the sources are run as they are, in tests, another file has to be named that can load them. */
const WORKER_FILE = new URL("./worker.js", import.meta.url);

/** The worker has failed; the message is a sentence for people. */
export class WorkerFailedError extends Error {
  override readonly name = "WorkerFailedError";
}

export interface WorkerRunOptions {
  readonly order: WorkerOrder;
  /** The bars of a series, in the order of its starts. */
  readonly bars: (series: number) => AsyncIterable<BarInput[]>;
  readonly onProgress: (barsDone: number) => void;
  /** Stores rows of the result; false ends the run. */
  readonly addRows: (table: ResultTable, rows: string) => Promise<boolean>;
  /** Ends the run. */
  readonly stopped: AbortSignal;
  /** Another file that is run as the worker. */
  readonly workerFile?: URL | undefined;
}

export type WorkerOutcome =
  | { readonly kind: "done"; readonly figures: BacktestFigures; readonly fillModelVersion: number }
  | { readonly kind: "stopped" };

/** Runs a worker to its end. Throws a WorkerFailedError, or what `bars` or `addRows` have thrown; no thread is left then. */
export async function runInWorker(options: WorkerRunOptions): Promise<WorkerOutcome> {
  const { order, stopped, workerFile } = options;
  if (stopped.aborted) return { kind: "stopped" };
  const worker = new Worker(workerFile ?? WORKER_FILE, {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: BACKTEST_MEMORY_MB_MAX },
  });
  let onAbort = (): void => undefined;
  const isStopped = new Promise<WorkerOutcome>((resolve) => {
    onAbort = () => resolve({ kind: "stopped" });
  });
  stopped.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([isStopped, converse(worker, options)]);
  } finally {
    stopped.removeEventListener("abort", onAbort);
    await worker.terminate();
  }
}

/** Answers the worker until it is done. */
function converse(worker: Worker, options: WorkerRunOptions): Promise<WorkerOutcome> {
  const series = options.order.symbols.map((_symbol, index) => options.bars(index)[Symbol.asyncIterator]());
  const say = (message: ToWorker): void => worker.postMessage(message);
  return new Promise<WorkerOutcome>((resolve, reject) => {
    const answer = async (message: FromWorker): Promise<void> => {
      if (message.kind === "need") {
        const { done, value } = (await series[message.series]?.next()) ?? { done: true, value: undefined };
        say({ kind: "bars", series: message.series, bars: done === true ? null : packBars(value) });
      } else if (message.kind === "progress") {
        options.onProgress(message.barsDone);
      } else if (message.kind === "rows") {
        if (await storeGently(() => options.addRows(message.table, message.rows))) say({ kind: "stored" });
        else resolve({ kind: "stopped" });
      } else resolve(message);
    };
    worker.on("message", (message: FromWorker) => void answer(message).catch(reject));
    worker.once("error", (error) => reject(new WorkerFailedError(failureOf(error), { cause: error })));
    worker.once("exit", (code) => reject(new WorkerFailedError(`The worker ended with code ${code} in the middle.`)));
  });
}

/** How long storing rests after each statement, as a multiple of what that took: all else gets its turn in between. */
const REST = 2;

/** Stores, then rests. */
async function storeGently(store: () => Promise<boolean>): Promise<boolean> {
  const begun = performance.now();
  const isStored = await store();
  await sleep(REST * (performance.now() - begun));
  return isStored;
}

function failureOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return `The backtest needed more than the ${BACKTEST_MEMORY_MB_MAX} MB of memory that one may take.`;
  }
  return `The worker failed: ${message}`;
}
