// Metrics of the desk: the write road, prices, marks, what was decided, transactions, curves.
import { Gauge, type Registry } from "prom-client";
import type { EventRecord } from "../../domain/records.ts";
import type { Observer } from "../../ports.ts";
import type { DeskWatch } from "../desk.ts";
import { type Buckets, type Tally, tallyCounter, tallyHistogram } from "./tallies.ts";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const COMMANDS = [1, 2, 4, 8, 16, 32, 64, 128];

/** Where gauges read what they show. */
export interface DeskSources {
  /** What waits for the write road. */
  readonly waiting: () => number;
  readonly feedAgeMs: () => number;
}

export interface DeskMetrics extends DeskWatch {
  /** Gauges show what these tell from now on. */
  watch(sources: DeskSources): void;
  /** Around a transaction, with the retries that it needs. */
  transaction<Result>(work: () => Promise<Result>): Promise<Result>;
  retried(): void;
}

export function createDeskMetrics(registry: Registry): DeskMetrics {
  const road = roadMetrics(registry);
  const decided = decisionMetrics(registry);
  const kept = storeMetrics(registry);
  let sources: DeskSources | undefined;
  gauge(registry, "papertape_write_road_waiting", "Commands and jobs that wait for the write road", () =>
    sources?.waiting(),
  );
  gauge(registry, "papertape_feed_age_seconds", "How long ago a price was accepted last, or the server started", () => {
    const ageMs = sources?.feedAgeMs();
    return ageMs === undefined ? undefined : ageMs / 1000;
  });
  return {
    watch: (given) => {
      sources = given;
    },
    observer: road,
    ...decided,
    ...kept,
  };
}

/** A gauge that asks when it is looked at; it shows nothing where there is nobody to ask. */
export function gauge(registry: Registry, name: string, help: string, ask: () => number | undefined): void {
  const shown = new Gauge({
    name,
    help,
    registers: [registry],
    collect: () => {
      const value = ask();
      if (value === undefined) shown.remove();
      else shown.set(value);
    },
  });
}

function roadMetrics(registry: Registry): Observer {
  const commands = tallyHistogram(registry, {
    name: "papertape_batch_commands",
    help: "Commands that were run together in one batch",
    buckets: COMMANDS,
  })({});
  const seconds = tallyHistogram(registry, {
    name: "papertape_write_road_seconds",
    help: "How long batches of commands, and jobs that have the write road for themselves, took",
    labelNames: ["kind"],
    buckets: SECONDS,
  });
  const failed = tallyCounter(registry, {
    name: "papertape_write_road_failed_total",
    help: "Batches and jobs that the database failed; commands of a failed batch are run again one by one",
    labelNames: ["kind"],
  });
  const prices = tallyCounter(registry, {
    name: "papertape_prices_total",
    help: "Prices that were published",
    labelNames: ["outcome"],
  });
  const aroundBatch = timer(seconds({ kind: "batch" }), failed({ kind: "batch" }));
  return {
    batch: (count, work) => {
      commands.observe(count);
      return aroundBatch(work);
    },
    job: timer(seconds({ kind: "job" }), failed({ kind: "job" })),
    prices: (counts) => {
      for (const [outcome, count] of Object.entries(counts)) if (count > 0) prices({ outcome }).count += count;
    },
  };
}

function decisionMetrics(registry: Registry): Pick<DeskMetrics, "committed" | "mark" | "thinned"> {
  const signals = tallyCounter(registry, {
    name: "papertape_signals_total",
    help: "Signals that were decided",
    labelNames: ["status"],
  });
  const rejections = tallyCounter(registry, {
    name: "papertape_rejections_total",
    help: "Rules that rejected signals broke: one signal can break several",
    labelNames: ["code"],
  });
  const closed = tallyCounter(registry, {
    name: "papertape_trades_closed_total",
    help: "Closes of positions and of parts of them",
    labelNames: ["reason"],
  });
  const marks = tallyHistogram(registry, {
    name: "papertape_mark_seconds",
    help: "How long marks of the accounts took, with their waits for the write road",
    buckets: SECONDS,
  })({});
  const failed = tallyCounter(registry, { name: "papertape_marks_failed_total", help: "Marks that failed" })({});
  const thinned = tallyCounter(registry, {
    name: "papertape_curve_points_thinned_total",
    help: "Points that were removed from equity curves that had grown old",
  })({});
  const count = ({ type, payload }: EventRecord): void => {
    if (type === "PositionOpened") signals({ status: "FILLED" }).count += 1;
    if ("trade" in payload) closed({ reason: payload.trade.exitReason }).count += 1;
    if (!("signal" in payload)) return;
    signals({ status: payload.signal.status }).count += 1;
    for (const { code } of payload.signal.rejections) rejections({ code }).count += 1;
  };
  return {
    committed: (events) => events.forEach(count),
    mark: timer(marks, failed),
    thinned: (points) => {
      thinned.count += points;
    },
  };
}

function storeMetrics(registry: Registry): Pick<DeskMetrics, "transaction" | "retried"> {
  const seconds = tallyHistogram(registry, {
    name: "papertape_transaction_seconds",
    help: "How long the desk's transactions took, retries and waits for a connection included",
    buckets: SECONDS,
  })({});
  const failed = tallyCounter(registry, {
    name: "papertape_transactions_failed_total",
    help: "Transactions of the desk that failed for good",
  })({});
  const retries = tallyCounter(registry, {
    name: "papertape_transaction_retries_total",
    help: "Tries of transactions that failed for a passing reason",
  })({});
  return {
    transaction: timer(seconds, failed),
    retried: () => {
      retries.count += 1;
    },
  };
}

/** Runs work, and notes how long it took whatever became of it. */
function timer(seconds: Buckets, failed: Tally) {
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const begunMs = performance.now();
    try {
      return await work();
    } catch (error) {
      failed.count += 1;
      throw error;
    } finally {
      seconds.observe((performance.now() - begunMs) / 1000);
    }
  };
}
