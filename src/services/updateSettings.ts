// Changing an account's settings: they hold from the next fill on (domain.md 2).
import { type Issue, Issues } from "../domain/issues.ts";
import { changedSettings, readSettings, type Settings, type SettingsInput } from "../domain/settings.ts";
import { resolveAccount } from "./accountIds.ts";
import { type AccountView, accountView } from "./accountViews.ts";
import type { Batch } from "./batch.ts";
import type { Viewer } from "./desk.ts";
import type { WriteRoad } from "./writeRoad.ts";

export interface UpdateSettingsInput {
  readonly account?: string | null | undefined;
  readonly settings: SettingsInput;
}

export type SettingsUpdate =
  | { readonly kind: "updated"; readonly account: AccountView }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] }
  | { readonly kind: "accountNotFound" };

/** Merges the given settings over the account's own; the starting capital changes only with enable or reset. */
export async function updateSettings(
  road: WriteRoad,
  viewer: Viewer,
  input: UpdateSettingsInput,
): Promise<SettingsUpdate> {
  const issues = new Issues();
  const { startingCapital, ...changeable } = input.settings;
  const given = readSettings(changeable, ["settings"], issues);
  if (startingCapital !== undefined && startingCapital !== null) {
    issues.add(["settings", "startingCapital"], "can only change with enable or reset");
  }
  if (issues.list.length > 0) return { kind: "invalid", issues: issues.list };
  const accountId = resolveAccount(viewer.owner, input.account);
  return road.submit({ accountId, decide: (batch) => decide(batch, viewer, accountId, given) });
}

function decide(batch: Batch, viewer: Viewer, accountId: string, given: Partial<Settings>): SettingsUpdate {
  const draft = batch.draft(accountId, viewer);
  if (draft === undefined) return { kind: "accountNotFound" };
  if (changedSettings(draft.settings, given).length > 0) {
    draft.changeSettings({ ...draft.settings, ...given }, batch.nowMs, batch.priceOf);
  }
  return { kind: "updated", account: accountView(draft, batch.priceOf) };
}
