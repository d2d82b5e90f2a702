// Enabling an account: creates it or switches it on (domain.md 2).
import { mayKnow } from "../auth/viewer.ts";
import { type Issue, Issues } from "../domain/issues.ts";
import {
  changedSettings,
  DEFAULT_SETTINGS,
  plainSettings,
  readSettings,
  type Settings,
  type SettingsInput,
} from "../domain/settings.ts";
import { ACCOUNT_NAME_PATTERN, accountIdOf, DEFAULT_ACCOUNT_NAME } from "./accountIds.ts";
import { type AccountView, accountView } from "./accountViews.ts";
import type { Batch, Command } from "./batch.ts";
import type { Viewer } from "./desk.ts";
import type { WriteRoad } from "./writeRoad.ts";

export interface EnableInput {
  readonly name?: string | null | undefined;
  readonly settings?: SettingsInput | null | undefined;
}

export type Enabling =
  | { readonly kind: "enabled"; readonly account: AccountView }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] };

/** The same for an account that exists and for one that does not: neither does for who is bound to others. */
const NOT_BOUND: Issue = { path: ["name"], message: "is none of the accounts that your key is bound to" };

/** Creates the account with the given settings, or switches on the one that exists; other settings than its own are invalid. */
export async function enableAccount(road: WriteRoad, viewer: Viewer, input: EnableInput): Promise<Enabling> {
  const name = input.name ?? DEFAULT_ACCOUNT_NAME;
  const issues = new Issues();
  issues.pattern(["name"], name, ACCOUNT_NAME_PATTERN, "a letter a-z, then up to 31 of a-z, 0-9 and '-'");
  const given = readSettings(input.settings ?? {}, ["settings"], issues);
  if (issues.list.length > 0) return { kind: "invalid", issues: issues.list };
  const accountId = accountIdOf(viewer.owner, name);
  if (!mayKnow(viewer, accountId)) return { kind: "invalid", issues: [NOT_BOUND] };
  return road.submit(enableCommand(viewer, accountId, name, given));
}

/** The command that does it, with settings that were read. */
export function enableCommand(
  viewer: Viewer,
  accountId: string,
  name: string,
  given: Partial<Settings>,
): Command<Enabling> {
  return { accountId, decide: (batch) => decide(batch, viewer, accountId, name, given) };
}

function decide(batch: Batch, viewer: Viewer, accountId: string, name: string, given: Partial<Settings>): Enabling {
  const { owner } = viewer;
  const { nowMs, priceOf } = batch;
  const existing = batch.draft(accountId, viewer);
  const settings = { ...DEFAULT_SETTINGS, ...given };
  const draft = existing ?? batch.create({ accountId, owner, name, settings, nowMs }, viewer);
  const others = changedSettings(draft.settings, given);
  if (others.length > 0)
    return { kind: "invalid", issues: others.map((setting) => otherSetting(draft.settings, setting)) };
  if (draft.account.status !== "ENABLED") draft.enable(nowMs, priceOf);
  return { kind: "enabled", account: accountView(draft, priceOf) };
}

function otherSetting(own: Settings, setting: keyof Settings): Issue {
  const message = `the account exists with ${plainSettings(own)[setting]}: change settings with updateSettings or reset`;
  return { path: ["settings", setting], message };
}
