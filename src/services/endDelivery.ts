// Recording the end of a delivery to the live route: that it has arrived, or why it is given up.
import { deskViewer } from "../auth/viewer.ts";
import { type DeliveryEnd, deliveredAt, failedAt } from "../domain/delivery.ts";
import type { WriteRoad } from "./writeRoad.ts";

export interface EndedDelivery {
  readonly owner: string;
  readonly accountId: string;
  readonly signalId: string;
}

/**
 * Keeps the end of a delivery and tells it in the account's log. One that has ended before stays as it is, unless it was
 * stopped by a demotion while it was under way and has arrived: then that is the truth.
 */
export function endDelivery(
  road: WriteRoad,
  { owner, accountId, signalId }: EndedDelivery,
  end: DeliveryEnd,
): Promise<void> {
  return road.submit({
    accountId,
    deliveries: { signalId },
    decide: (batch) => {
      const draft = batch.draft(accountId, deskViewer(owner));
      const delivery = draft && batch.delivery(draft, signalId);
      if (draft === undefined || delivery === undefined) return;
      const { nowMs } = batch;
      if (end.kind === "delivered") {
        if (delivery.state === "PENDING" || delivery.failure === "DEMOTED") {
          draft.endDelivery(deliveredAt(delivery, nowMs), nowMs);
        }
      } else if (delivery.state === "PENDING") {
        const attempts = delivery.attempts - (end.unsent === true ? 1 : 0);
        draft.endDelivery(failedAt({ ...delivery, attempts }, end, nowMs), nowMs);
      }
    },
  });
}
