// Where a signal goes: paper, live, or nowhere (domain.md 10). No live route can be configured yet.
import type { Account } from "./book.ts";
import type { SkipReason } from "./log.ts";

/** Why a signal of this account is not paper's to trade; null where it is. */
export function skipReason(account: Account): SkipReason | null {
  return account.status === "ENABLED" ? null : "ACCOUNT_DISABLED";
}
