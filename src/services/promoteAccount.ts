// Promoting an account: its owner lets it go to the live route, knowingly and on record (domain.md 10).
import { type Eligibility, eligibilityOf } from "../domain/eligibility.ts";
import type { Issue } from "../domain/issues.ts";
import { resolveAccount } from "./accountIds.ts";
import { type AccountView, accountView } from "./accountViews.ts";
import type { Batch } from "./batch.ts";
import type { Viewer } from "./desk.ts";
import { requireAdmin } from "./liveRights.ts";
import type { WriteRoad } from "./writeRoad.ts";

export interface PromoteInput {
  readonly account?: string | null | undefined;
  /** The sentence of `confirmationOf`, to the letter. */
  readonly confirmation: string;
}

export type Promotion =
  | { readonly kind: "promoted"; readonly account: AccountView }
  | { readonly kind: "forbidden" }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] }
  | { readonly kind: "accountNotFound" }
  | { readonly kind: "noLiveRoute" }
  | { readonly kind: "notEligible"; readonly eligibility: Eligibility };

/** What has to be typed to promote the account of that name. */
export function confirmationOf(name: string): string {
  return `promote ${name} to live`;
}

/**
 * Promotes the account, if a route is configured and it is eligible at this moment. It stays enabled or disabled as it is:
 * an enabled account goes on trading on paper. One that is promoted stays as it is.
 */
export async function promoteAccount(road: WriteRoad, viewer: Viewer, input: PromoteInput): Promise<Promotion> {
  if (!requireAdmin(viewer)) return { kind: "forbidden" };
  const accountId = resolveAccount(viewer.owner, input.account);
  return road.submit({ accountId, decide: (batch) => decide(batch, viewer, accountId, input.confirmation) });
}

function decide(batch: Batch, viewer: Viewer, accountId: string, confirmation: string): Promotion {
  const draft = batch.draft(accountId, viewer);
  if (draft === undefined) return { kind: "accountNotFound" };
  const { nowMs, priceOf } = batch;
  const wanted = confirmationOf(draft.account.name);
  if (confirmation !== wanted) {
    return { kind: "invalid", issues: [{ path: ["confirmation"], message: `must be "${wanted}", to the letter` }] };
  }
  if (draft.account.promotedAtMs === null) {
    if (!batch.hasLiveRoute) return { kind: "noLiveRoute" };
    const eligibility = eligibilityOf(draft.session, nowMs, draft.account.session - 1);
    if (!eligibility.eligible) return { kind: "notEligible", eligibility };
    draft.promote(nowMs, priceOf);
  }
  return { kind: "promoted", account: accountView(draft, priceOf) };
}
