// Figures that are computed where they are shown: from a stored row, or from what an event told (domain.md 5 and 7).
import { type Decimal, decimal, q8, ZERO } from "../domain/decimal.ts";
import { unroundedPnl } from "../domain/position.ts";
import type { Side } from "../domain/signal.ts";
import { type Excursions, excursionsOf } from "../domain/statistics/excursions.ts";

/** A decimal as a row or a record has it. */
export type Amount = string | { toFixed(): string };

/** What is needed of a position. */
export interface ValuedPosition {
  readonly side: string;
  readonly status: string;
  readonly remainingQuantity: Amount;
  readonly entryValueLeft: Amount;
  readonly entryCommissionLeft: Amount;
}

/** The profit or loss of what is left of a position at a price, in USD: 0 when it is closed. */
export function unrealizedPnlAt(position: ValuedPosition, price: Amount): Decimal {
  if (position.status === "CLOSED") return ZERO;
  const holding = {
    side: position.side as Side,
    remaining: exact(position.remainingQuantity),
    entryValueLeft: exact(position.entryValueLeft),
    entryCommissionLeft: exact(position.entryCommissionLeft),
  };
  return q8(unroundedPnl(holding, exact(price)));
}

/** The value of a fill, in USD: `q8(price × quantity)`. */
export function fillValue(price: Amount, quantity: Amount): Decimal {
  return q8(exact(price).times(exact(quantity)));
}

/** What is needed of a trade; those of an older desk lack what was seen, and its events the very fields. */
export interface HeldTrade {
  readonly side: string;
  readonly quantity: Amount;
  readonly entryPrice: Amount;
  readonly initialStopLoss?: Amount | null | undefined;
  readonly lowestSeen?: Amount | null | undefined;
  readonly highestSeen?: Amount | null | undefined;
}

/** The excursions of a trade; null where it is not known what prices its position saw. */
export function tradeExcursions(trade: HeldTrade): Excursions | null {
  const { initialStopLoss, lowestSeen, highestSeen } = trade;
  if (!initialStopLoss || !lowestSeen || !highestSeen) return null;
  return excursionsOf({
    side: trade.side as Side,
    quantity: exact(trade.quantity),
    entryPrice: exact(trade.entryPrice),
    initialStopLoss: exact(initialStopLoss),
    seen: { lowest: exact(lowestSeen), highest: exact(highestSeen) },
  });
}

function exact(amount: Amount): Decimal {
  return decimal(typeof amount === "string" ? amount : amount.toFixed());
}
