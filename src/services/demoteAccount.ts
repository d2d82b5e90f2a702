// Demoting an account: nothing of it goes to the live route any more, from this moment on (domain.md 10).
import { failedAt } from "../domain/delivery.ts";
import { resolveAccount } from "./accountIds.ts";
import { type AccountView, accountView } from "./accountViews.ts";
import type { Batch } from "./batch.ts";
import type { Viewer } from "./desk.ts";
import type { WriteRoad } from "./writeRoad.ts";

export type Demotion =
  | { readonly kind: "demoted"; readonly account: AccountView; readonly stoppedDeliveries: number }
  | { readonly kind: "accountNotFound" };

/** Takes the promotion back and stops every delivery that is pending; one that is not promoted stays as it is. */
export function demoteAccount(road: WriteRoad, viewer: Viewer, account: string | null | undefined): Promise<Demotion> {
  const accountId = resolveAccount(viewer.owner, account);
  return road.submit({ accountId, deliveries: "pending", decide: (batch) => decide(batch, viewer, accountId) });
}

function decide(batch: Batch, viewer: Viewer, accountId: string): Demotion {
  const draft = batch.draft(accountId, viewer);
  if (draft === undefined) return { kind: "accountNotFound" };
  const { nowMs, priceOf } = batch;
  if (draft.account.promotedAtMs === null) {
    return { kind: "demoted", account: accountView(draft, priceOf), stoppedDeliveries: 0 };
  }
  draft.demote(nowMs, priceOf);
  const pending = batch.pendingDeliveries(draft);
  for (const delivery of pending) {
    draft.endDelivery(failedAt(delivery, { failure: "DEMOTED", problem: problemOf(delivery.attempts) }, nowMs), nowMs);
  }
  return { kind: "demoted", account: accountView(draft, priceOf), stoppedDeliveries: pending.length };
}

/** An attempt whose answer never came may have arrived all the same. */
function problemOf(attempts: number): string {
  if (attempts === 0) return "the account was demoted before it was sent";
  return `the account was demoted after ${attempts} ${attempts === 1 ? "attempt" : "attempts"}: it may have arrived`;
}
