// Where a signal goes: paper, live, or nowhere (domain.md 10).
import type { Book, Draft } from "./book.ts";
import { eligibilityOf } from "./eligibility.ts";
import type { SkipReason } from "./log.ts";

export type Route =
  | { readonly kind: "paper" }
  | { readonly kind: "live" }
  | { readonly kind: "nowhere"; readonly skipReason: SkipReason };

/**
 * The route of a signal that arrives at `nowMs`. An enabled account always trades on paper; a disabled one goes live only
 * where a route is configured, it is eligible at this moment, and its owner has promoted it. This is the only way there.
 */
export function routeOf(
  { account, session }: Pick<Book | Draft, "account" | "session">,
  nowMs: number,
  hasLiveRoute: boolean,
): Route {
  if (account.status === "ENABLED") return { kind: "paper" };
  const isPromoted = account.promotedAtMs !== null;
  if (!hasLiveRoute) return nowhere(isPromoted ? "NO_LIVE_ROUTE" : "ACCOUNT_DISABLED");
  if (!eligibilityOf(session, nowMs, account.session - 1).eligible) return nowhere("NOT_ELIGIBLE");
  return isPromoted ? { kind: "live" } : nowhere("NOT_PROMOTED");
}

function nowhere(skipReason: SkipReason): Route {
  return { kind: "nowhere", skipReason };
}
