// Closing open positions at the board's newest price, whatever its age: by hand, by disable, by reset (domain.md 7).
import { heldQuote } from "../domain/board.ts";
import type { Draft } from "../domain/book.ts";
import type { Decimal } from "../domain/decimal.ts";
import { referenceOf } from "../domain/fill.ts";
import { closeLot, type Trade } from "../domain/lot.ts";
import type { ExitReason, Position } from "../domain/position.ts";
import type { Batch } from "./batch.ts";

export interface Closing {
  readonly reason: ExitReason;
  readonly quantity: Decimal;
  readonly requestId?: string;
}

/** Closes a lot of a position now. The mark is the caller's, once after all the closes of one act. */
export function closeNow(batch: Batch, draft: Draft, position: Position, closing: Closing): Trade {
  const reference = referenceOf(heldQuote((symbol) => batch.quote(symbol), position.symbol));
  const exit = { ...closing, reference, timeMs: batch.nowMs, gapped: false, seen: batch.seenBy(position) };
  return draft.close(closeLot(position, exit, draft.settings));
}

/** Closes all that is open, in the order in which it was opened, then marks; answers how many trades that made. */
export function closeAllNow(batch: Batch, draft: Draft, reason: ExitReason): number {
  const open = batch.openPositions(draft);
  for (const position of open) closeNow(batch, draft, position, { reason, quantity: position.remaining });
  if (open.length > 0) draft.mark(batch.priceOf, batch.nowMs);
  return open.length;
}
