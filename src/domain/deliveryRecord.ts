// The flat form of a delivery, beside records.ts: its row, what events tell of it, and what the API shows.
import type { Delivery, DeliveryFailure, DeliveryState } from "./delivery.ts";

export type DeliveryRecord = ReturnType<typeof deliveryRecord>;

export function deliveryRecord(delivery: Delivery) {
  const { nextAttemptMs, createdAtMs, endedAtMs, ...same } = delivery;
  return {
    ...same,
    state: delivery.state as string,
    failure: delivery.failure as string | null,
    nextAttemptAt: new Date(nextAttemptMs).toISOString(),
    createdAt: new Date(createdAtMs).toISOString(),
    endedAt: endedAtMs === null ? null : new Date(endedAtMs).toISOString(),
  };
}

/** Text columns are checked by the database; their types are the domain's. */
export function deliveryOfRecord(record: DeliveryRecord): Delivery {
  const { nextAttemptAt, createdAt, endedAt, ...same } = record;
  return {
    ...same,
    state: record.state as DeliveryState,
    failure: record.failure as DeliveryFailure | null,
    nextAttemptMs: Date.parse(nextAttemptAt),
    createdAtMs: Date.parse(createdAt),
    endedAtMs: endedAt === null ? null : Date.parse(endedAt),
  };
}
