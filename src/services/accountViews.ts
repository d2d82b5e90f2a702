// An account as clients see it: its stored state and its value at the board's prices, of one instant.
import type { Book, Draft } from "../domain/book.ts";
import type { PriceOf } from "../domain/exposure.ts";
import { valuationOf } from "../domain/figures.ts";
import {
  type AccountRecord,
  accountRecord,
  type SessionRecord,
  sessionRecord,
  type ValuationRecord,
  valuationRecord,
} from "../domain/records.ts";

export interface AccountView {
  readonly account: AccountRecord;
  readonly session: SessionRecord;
  readonly valuation: ValuationRecord;
}

/** The view of a book, or of a draft as it is so far. */
export function accountView(
  { account, session, exposure }: Pick<Book | Draft, "account" | "session" | "exposure">,
  priceOf: PriceOf,
): AccountView {
  const valuation = valuationOf(session.settings.startingCapital, session.figures, exposure, priceOf);
  return {
    account: accountRecord(account),
    session: sessionRecord(account.accountId, session),
    valuation: valuationRecord(valuation),
  };
}
