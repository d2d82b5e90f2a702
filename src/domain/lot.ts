// Closing a lot: one exit makes one trade, with its exact share of the entry (domain.md 7).
import { type Decimal, q8 } from "./decimal.ts";
import { cashFlow, type Fill, fillOrder, type Reference, tradingOf } from "./fill.ts";
import { type ExitReason, isOpen, type Position, signOf } from "./position.ts";
import type { Settings } from "./settings.ts";
import type { PatternType, Side } from "./signal.ts";
import { type PricesSeen, seenAfter } from "./statistics/excursions.ts";

/** An exit to be filled. */
export interface Exit {
  readonly reason: ExitReason;
  readonly quantity: Decimal;
  readonly reference: Reference;
  readonly timeMs: number;
  readonly gapped: boolean;
  readonly requestId?: string;
  /** What prices the position saw before the exit's own; null, or left out, where that is not known. */
  readonly seen?: PricesSeen | null;
}

/** A closed lot. Its number and session are those of the account log. */
export interface Trade {
  readonly accountId: string;
  readonly number: number;
  readonly session: number;
  readonly positionNumber: number;
  readonly requestId: string | null;
  readonly signalId: string;
  readonly patternType: PatternType | null;
  readonly campaignId: string | null;
  readonly source: string | null;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly entryTimeMs: number;
  readonly entryPrice: Decimal;
  readonly initialStopLoss: Decimal;
  /** What prices its position saw until this exit, the exit's included; null where that is not known. */
  readonly seen: PricesSeen | null;
  readonly exitFill: Fill;
  readonly exitReason: ExitReason;
  readonly realizedPnl: Decimal;
  readonly rMultiple: Decimal;
  readonly commissionTotal: Decimal;
  readonly slippageTotal: Decimal;
}

/** A trade before the account log has given it a number. */
export type UnnumberedTrade = Omit<Trade, "number">;

/** One closed lot: the trade, the position after it, and what it did to cash. */
export interface Close {
  readonly trade: UnnumberedTrade;
  readonly position: Position;
  readonly cashFlow: Decimal;
}

/**
 * Closes a lot of `position`. Throws where the exit asks for more than is left, or for nothing: callers have checked.
 */
export function closeLot(position: Position, exit: Exit, settings: Settings): Close {
  const { quantity } = exit;
  if (quantity.lte(0) || quantity.gt(position.remaining)) {
    throw new RangeError(`cannot close ${quantity.toFixed()} of ${position.remaining.toFixed()}`);
  }
  const trading = tradingOf(position.side, "LEAVE");
  const fill = fillOrder({ ...exit, trading, unitSize: position.unitSize }, settings);
  const part = entryPart(position, quantity);
  const realizedPnl = realizedPnlOf(position.side, part, fill);
  const rMultiple = rMultipleOf(position, fill.price);
  const trade: UnnumberedTrade = {
    accountId: position.accountId,
    session: position.session,
    positionNumber: position.number,
    requestId: exit.requestId ?? null,
    signalId: position.signalId,
    patternType: position.patternType,
    campaignId: position.campaignId,
    source: position.source,
    symbol: position.symbol,
    side: position.side,
    quantity,
    entryTimeMs: position.entryFill.timeMs,
    entryPrice: position.entryFill.price,
    initialStopLoss: position.initialStopLoss,
    seen: exit.seen ? seenAfter(exit.seen, exit.reference.price) : null,
    exitFill: fill,
    exitReason: exit.reason,
    realizedPnl,
    rMultiple,
    commissionTotal: fill.commission.plus(part.commission),
    slippageTotal: fill.slippageCost.plus(part.slippage),
  };
  return { trade, position: afterLot(position, trade, part), cashFlow: cashFlow(trading, fill) };
}

interface EntryPart {
  readonly value: Decimal;
  readonly commission: Decimal;
  readonly slippage: Decimal;
}

/** `q8(whole × q / Q)` of each entry figure; the last lot takes what is left, so that the parts sum to the whole. */
function entryPart(position: Position, quantity: Decimal): EntryPart {
  if (quantity.eq(position.remaining)) {
    return {
      value: position.entryValueLeft,
      commission: position.entryCommissionLeft,
      slippage: position.entrySlippageLeft,
    };
  }
  const { entryFill } = position;
  const share = (whole: Decimal): Decimal => q8(whole.times(quantity).div(entryFill.quantity));
  return {
    value: share(entryFill.value),
    commission: share(entryFill.commission),
    slippage: share(entryFill.slippageCost),
  };
}

function realizedPnlOf(side: Side, part: EntryPart, exit: Fill): Decimal {
  return side === "LONG"
    ? exit.value.minus(exit.commission).minus(part.value.plus(part.commission))
    : part.value.minus(part.commission).minus(exit.value.plus(exit.commission));
}

/** `q8(d × (exitPrice − entryPrice) / |entryPrice − initialStop|)`. */
function rMultipleOf(position: Position, exitPrice: Decimal): Decimal {
  const entryPrice = position.entryFill.price;
  const gain = exitPrice.minus(entryPrice).times(signOf(position.side));
  return q8(gain.div(entryPrice.minus(position.initialStopLoss).abs()));
}

function afterLot(position: Position, trade: UnnumberedTrade, part: EntryPart): Position {
  const { exitFill } = trade;
  return {
    ...position,
    remaining: position.remaining.minus(trade.quantity),
    entryValueLeft: position.entryValueLeft.minus(part.value),
    entryCommissionLeft: position.entryCommissionLeft.minus(part.commission),
    entrySlippageLeft: position.entrySlippageLeft.minus(part.slippage),
    lastPrice: exitFill.reference.price,
    lastPriceTimeMs: exitFill.reference.timeMs,
    realizedPnl: position.realizedPnl.plus(trade.realizedPnl),
    commissionPaid: position.commissionPaid.plus(exitFill.commission),
    slippageCost: position.slippageCost.plus(exitFill.slippageCost),
    tradeCount: position.tradeCount + 1,
    quantityTimesR: position.quantityTimesR.plus(trade.rMultiple.times(trade.quantity)),
    updatedAtMs: exitFill.timeMs,
  };
}

/** Closes all that is left of `position`; none where nothing is. */
export function closeAll(position: Position, exit: Omit<Exit, "quantity">, settings: Settings): Close | undefined {
  return isOpen(position) ? closeLot(position, { ...exit, quantity: position.remaining }, settings) : undefined;
}
