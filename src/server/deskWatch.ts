// Watching the desk: its observer and its store's transactions, told to metrics, spans and the feed's age.
import type { DeskStore } from "../ports.ts";
import type { DeskWatch } from "./desk.ts";
import type { FeedAge } from "./feedAge.ts";
import type { DeskMetrics } from "./metrics/deskMetrics.ts";
import type { Traces } from "./traces.ts";

export interface DeskWatchOptions {
  readonly feed: FeedAge;
  /** Without them only the feed's age is noted. */
  readonly metrics?: DeskMetrics | undefined;
  readonly traces?: Traces | undefined;
}

const UNSEEN: DeskWatch = {
  observer: { batch: (_commands, work) => work(), job: (work) => work(), prices: () => undefined },
  committed: () => undefined,
  mark: (work) => work(),
  thinned: () => undefined,
};

export function createDeskWatch({ feed, metrics, traces }: DeskWatchOptions): DeskWatch {
  const told: DeskWatch = metrics ?? UNSEEN;
  const { batch, job, prices } = told.observer;
  return {
    ...told,
    observer: {
      batch: (commands, work) => {
        if (traces === undefined) return batch(commands, work);
        return traces.apart("batch", { "papertape.commands": commands }, () => batch(commands, work));
      },
      job: (work) => (traces === undefined ? job(work) : traces.apart("job", {}, () => job(work))),
      prices: (counts) => {
        if (counts.accepted > 0) feed.heard();
        prices(counts);
      },
    },
  };
}

/** A store whose transactions are watched. */
export function watchStore(store: DeskStore, metrics: DeskMetrics, traces: Traces | undefined): DeskStore {
  return {
    ...store,
    transaction: (work) => {
      const run = () => metrics.transaction(() => store.transaction(work));
      return traces === undefined ? run() : traces.within("transaction", {}, run);
    },
  };
}
