// Metrics of what the database keeps, asked for when the page is made: backtests, and the outbox of the live route.
import { Gauge, type Registry } from "prom-client";

/** How long the page waits for what has to be asked for. */
const ASKED_MS_MAX = 1000;

/** Backtests by their state. */
export type CountBacktests = () => Promise<Readonly<Record<string, number>>>;

/** What waits to be delivered; `oldestAt` is null where nothing does. */
export type CountPending = () => Promise<{ readonly count: number; readonly oldestAt: Date | null }>;

export function createBacktestMetrics(registry: Registry, count: CountBacktests): void {
  const backtests = new Gauge({
    name: "papertape_backtests",
    help: "Backtests that are kept, by their state",
    labelNames: ["status"],
    registers: [registry],
    collect: async () => {
      const counts = await answered(count);
      backtests.reset();
      for (const [status, value] of Object.entries(counts ?? {})) backtests.set({ status }, value);
    },
  });
}

export function createDeliveryMetrics(registry: Registry, count: CountPending): void {
  // Both are of one look, which the first of them begins: a page asks its metrics in the order in which they were made.
  let asked: ReturnType<typeof answered<Awaited<ReturnType<CountPending>>>> = Promise.resolve(undefined);
  const pending = new Gauge({
    name: "papertape_deliveries_pending",
    help: "Deliveries to the live route that wait: for their turn, for another attempt, or for the live route",
    registers: [registry],
    collect: async () => {
      asked = answered(count);
      show(pending, (await asked)?.count);
    },
  });
  const oldest = new Gauge({
    name: "papertape_delivery_oldest_seconds",
    help: "How long the oldest delivery has been waiting; 0 where none does",
    registers: [registry],
    collect: async () => {
      const found = await asked;
      show(oldest, found && (found.oldestAt === null ? 0 : Math.max(0, Date.now() - found.oldestAt.getTime()) / 1000));
    },
  });
}

function show(gauge: Gauge, value: number | undefined): void {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
}

/** A database that does not answer leaves its metrics out rather than keep the page waiting. */
function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  const nothing = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ASKED_MS_MAX).unref());
  return Promise.race([ask().catch(() => undefined), nothing]);
}
