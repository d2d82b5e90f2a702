// Disabling an account: closes what is open and switches it off (domain.md 2).
import { resolveAccount } from "./accountIds.ts";
import { type AccountView, accountView } from "./accountViews.ts";
import type { Batch } from "./batch.ts";
import { closeAllNow } from "./closings.ts";
import type { Viewer } from "./desk.ts";
import type { WriteRoad } from "./writeRoad.ts";

export type Disabling =
  | { readonly kind: "disabled"; readonly account: AccountView; readonly closedTrades: number }
  | { readonly kind: "accountNotFound" };

/** Closes all positions of the account, oldest first, and switches it off; one that is off stays as it is. */
export function disableAccount(
  road: WriteRoad,
  viewer: Viewer,
  account: string | null | undefined,
): Promise<Disabling> {
  const accountId = resolveAccount(viewer.owner, account);
  return road.submit({ accountId, decide: (batch) => decide(batch, viewer, accountId) });
}

function decide(batch: Batch, viewer: Viewer, accountId: string): Disabling {
  const draft = batch.draft(accountId, viewer);
  if (draft === undefined) return { kind: "accountNotFound" };
  if (draft.account.status === "DISABLED") {
    return { kind: "disabled", account: accountView(draft, batch.priceOf), closedTrades: 0 };
  }
  const closedTrades = closeAllNow(batch, draft, "MANUAL");
  draft.disable(batch.nowMs, batch.priceOf);
  return { kind: "disabled", account: accountView(draft, batch.priceOf), closedTrades };
}
