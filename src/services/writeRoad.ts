// The one road by which anything is written: one job after another, commands that wait together in one batch.
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Command, runBatch } from "./batch.ts";
import type { Desk } from "./desk.ts";

/** Commands of one batch: more would hold an embedded database, and with it everything else, too long at once. */
export const BATCH_COMMANDS_MAX = 128;
/** Jobs that may wait; past that the desk says that it is busy rather than grow without end. */
export const WAITING_MAX = 20_000;

export class DeskBusyError extends Error {
  constructor() {
    super(`The desk is busy: ${WAITING_MAX} commands are waiting, the most allowed. Try again.`);
    this.name = "DeskBusyError";
  }
}

export class DeskClosedError extends Error {
  constructor() {
    super("The desk is shutting down and takes no new work.");
    this.name = "DeskClosedError";
  }
}

export interface WriteRoad {
  /** Runs a command in one batch with the others that wait. Rejects where the database failed the whole batch. */
  submit<Outcome>(command: Command<Outcome>): Promise<Outcome>;
  /** Runs a job alone, after what came before it and before what comes after. */
  exclusive<Result>(job: () => Promise<Result>): Promise<Result>;
  /** How many commands and jobs wait: what runs is not among them. */
  waiting(): number;
  /** Takes nothing new, and resolves when all that waits is done. */
  close(): Promise<void>;
}

interface Waiting {
  readonly command?: Command<unknown>;
  readonly job?: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function createWriteRoad(desk: Desk): WriteRoad {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let isClosed = false;

  const enqueue = <Result>(work: Pick<Waiting, "command" | "job">): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(new DeskClosedError());
      if (waiting.length >= WAITING_MAX) return reject(new DeskBusyError());
      waiting.push({ ...work, resolve: resolve as (value: unknown) => void, reject });
      running ??= run();
    });

  /** Works until nothing waits. Between two pieces of work it yields once, so that the event loop gets its turn. */
  const run = async (): Promise<void> => {
    await nextTurn();
    while (waiting.length > 0) {
      const [head] = waiting as [Waiting];
      if (head.job !== undefined) {
        waiting.shift();
        await settle([head], async () => [await runAlone(desk, head.job)], true);
      } else {
        await runTogether(desk, takeBatch());
      }
      await nextTurn();
    }
    running = undefined;
  };

  const takeBatch = (): Waiting[] => {
    const firstJob = waiting.findIndex(({ job }) => job !== undefined);
    const count = Math.min(firstJob === -1 ? waiting.length : firstJob, BATCH_COMMANDS_MAX);
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return batch;
  };

  return {
    submit: (command) => enqueue({ command }),
    exclusive: (job) => enqueue({ job }),
    waiting: () => waiting.length,
    close: async () => {
      isClosed = true;
      await running;
    },
  };
}

function runAlone(desk: Desk, job: Waiting["job"]): Promise<unknown> | undefined {
  return job && (desk.observer?.job(job) ?? job());
}

/** One bad command never fails its neighbours: what fails together is tried again one by one. */
async function runTogether(desk: Desk, batch: readonly Waiting[]): Promise<void> {
  const commands = batch.flatMap(({ command }) => command ?? []);
  const isAlone = batch.length === 1;
  const work = (): Promise<unknown[]> => runBatch(desk, commands);
  const failed = await settle(batch, () => desk.observer?.batch(batch.length, work) ?? work(), isAlone);
  if (failed === undefined || isAlone) return;
  desk.log.warn({ err: failed, commands: batch.length }, "a batch failed; its commands are run one by one");
  for (const one of batch) await runTogether(desk, [one]);
}

/** Resolves each with its result; where the work fails, rejects each if `isFinal`, and answers the error. */
async function settle(
  batch: readonly Waiting[],
  work: () => Promise<unknown[]>,
  isFinal: boolean,
): Promise<unknown | undefined> {
  try {
    const results = await work();
    for (const [index, { resolve }] of batch.entries()) resolve(results[index]);
    return undefined;
  } catch (error) {
    if (isFinal) for (const { reject } of batch) reject(error);
    return error;
  }
}
