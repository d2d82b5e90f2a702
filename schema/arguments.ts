// Arguments that several queries share: their descriptions, and the checks of those that choose from a list.
import { TIME_MS_MAX, TIME_MS_MIN } from "../src/domain/limits.ts";
import { SYMBOL_PATTERN, SYMBOL_WORDS } from "../src/domain/signal.ts";
import { requestError } from "./errors.ts";

export const ACCOUNT_ARGUMENT = "The account's id or its name; none means `main`.";
export const SESSION_ARGUMENT = "The number of a session, running or ended; none means the account's present one.";
export const SYMBOL_ARGUMENT = "Only this symbol.";

/** A symbol to choose by. Throws a request error for what can be no symbol. */
export function symbolArgument(symbol: string | null | undefined): string | null {
  if (symbol === null || symbol === undefined) return null;
  if (SYMBOL_PATTERN.test(symbol)) return symbol;
  throw requestError("BAD_USER_INPUT", `symbol must be ${SYMBOL_WORDS}.`);
}

/** A time to choose by. Throws a request error for one that no record can have. */
export function timeArgument(name: string, time: Date | null | undefined): Date | null {
  if (time === null || time === undefined) return null;
  if (time.getTime() >= TIME_MS_MIN && time.getTime() <= TIME_MS_MAX) return time;
  throw requestError("BAD_USER_INPUT", `${name} must lie between the years 1900 and 9999.`);
}

/** Throws a request error for a list of more than `max`. */
export function checkCount(name: string, items: readonly unknown[], max: number): void {
  if (items.length <= max) return;
  const limit = max.toLocaleString("en-US");
  throw requestError(
    "BAD_USER_INPUT",
    `${name} has ${items.length} items; at most ${limit} are allowed in one request.`,
  );
}
