// Resetting an account: closes what is open, archives the session, begins the next. Idempotent by session number (domain.md 2).
import { type Issue, Issues } from "../domain/issues.ts";
import { readSettings, type Settings, type SettingsInput } from "../domain/settings.ts";
import { resolveAccount } from "./accountIds.ts";
import { type AccountView, accountView } from "./accountViews.ts";
import type { Batch } from "./batch.ts";
import { closeAllNow } from "./closings.ts";
import type { Viewer } from "./desk.ts";
import type { WriteRoad } from "./writeRoad.ts";

export interface ResetInput {
  readonly account?: string | null | undefined;
  /** The session to end. */
  readonly session: number;
  readonly settings?: SettingsInput | null | undefined;
}

export type Resetting =
  | { readonly kind: "reset"; readonly account: AccountView; readonly endedSession: number; readonly replayed: boolean }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] }
  | { readonly kind: "accountNotFound" }
  | { readonly kind: "sessionMismatch"; readonly currentSession: number };

/** Ends the given session. One that has been ended already answers its result, marked as replayed. */
export async function resetAccount(road: WriteRoad, viewer: Viewer, input: ResetInput): Promise<Resetting> {
  const issues = new Issues();
  const given = readSettings(input.settings ?? {}, ["settings"], issues);
  if (issues.list.length > 0) return { kind: "invalid", issues: issues.list };
  const accountId = resolveAccount(viewer.owner, input.account);
  return road.submit({ accountId, decide: (batch) => decide(batch, viewer, accountId, input.session, given) });
}

function decide(batch: Batch, viewer: Viewer, accountId: string, session: number, given: Partial<Settings>): Resetting {
  const draft = batch.draft(accountId, viewer);
  if (draft === undefined) return { kind: "accountNotFound" };
  const { nowMs, priceOf } = batch;
  const current = draft.account.session;
  if (session < 1 || session > current) return { kind: "sessionMismatch", currentSession: current };
  const replayed = session < current;
  if (!replayed) {
    closeAllNow(batch, draft, "RESET");
    draft.beginSession({ ...draft.settings, ...given }, nowMs, priceOf);
  }
  return { kind: "reset", account: accountView(draft, priceOf), endedSession: session, replayed };
}
