// A position: opening it from a signal and its fill, and what can be told of it alone (domain.md 6 and 7).
import { Decimal, type Decimal as DecimalType, max, ZERO } from "./decimal.ts";
import type { Fill } from "./fill.ts";
import type { AssetClass, PatternType, PositionSizeUnit, Side, Signal } from "./signal.ts";

export type ExitReason = "STOP_LOSS" | "TRAILING_STOP" | "TARGET_1" | "TARGET_2" | "MANUAL" | "EXPIRED" | "RESET";
export type StopMovedBy = "BREAKEVEN" | "TRAILING";

export interface Trailing {
  readonly activation: DecimalType;
  readonly offset: DecimalType;
  /** The best price since activation; null until then. */
  readonly bestPrice: DecimalType | null;
}

export interface Position {
  readonly accountId: string;
  /** The sequence number of the event that opened it: the order of opening within the account. */
  readonly number: number;
  readonly session: number;
  readonly signalId: string;
  readonly patternType: PatternType | null;
  readonly campaignId: string | null;
  /** The source that its signal named. */
  readonly source: string | null;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly side: Side;
  readonly leverage: DecimalType;
  /** Units in one of the signal's size: 100,000 for a LOT, else 1. */
  readonly unitSize: number;
  readonly entryFill: Fill;
  /** 0 when closed. */
  readonly remaining: DecimalType;
  readonly entryValueLeft: DecimalType;
  readonly entryCommissionLeft: DecimalType;
  readonly entrySlippageLeft: DecimalType;
  readonly stopLoss: DecimalType;
  readonly initialStopLoss: DecimalType;
  readonly stopMovedBy: StopMovedBy | null;
  readonly target1: DecimalType;
  readonly target1Reached: boolean;
  readonly target2: DecimalType | null;
  readonly trailing: Trailing | null;
  readonly expiresAtMs: number | null;
  /** The reference price of its newest fill, and that price's own time. */
  readonly lastPrice: DecimalType;
  readonly lastPriceTimeMs: number;
  readonly realizedPnl: DecimalType;
  readonly commissionPaid: DecimalType;
  readonly slippageCost: DecimalType;
  readonly tradeCount: number;
  /** Σ quantity × R of its trades. */
  readonly quantityTimesR: DecimalType;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const UNITS_IN_A_LOT = 100_000;
const SIZE_STEP: Record<AssetClass, DecimalType> = {
  STOCK: new Decimal(1),
  FOREX: new Decimal("0.01"),
  CRYPTO: new Decimal("0.00000001"),
};

/** The step of sizes that the desk itself chooses: 1 share, 0.01 lots, 0.00000001 of a coin. */
export function sizeStep(assetClass: AssetClass): DecimalType {
  return SIZE_STEP[assetClass];
}

/** Units in one of a size: 100,000 for a LOT, 1 for a SHARE or CONTRACT. */
export function unitSizeOf(unit: PositionSizeUnit): number {
  return unit === "LOTS" ? UNITS_IN_A_LOT : 1;
}

/** +1 for LONG, -1 for SHORT: `d` of the rules. */
export function signOf(side: Side): 1 | -1 {
  return side === "LONG" ? 1 : -1;
}

/** Whether `price` is at `level` or further along the side's way to profit. */
export function isAtOrBeyond(side: Side, price: DecimalType, level: DecimalType): boolean {
  return side === "LONG" ? price.gte(level) : price.lte(level);
}

/** Whether `price` is strictly better for the side than `other`. */
export function isBetter(side: Side, price: DecimalType, other: DecimalType): boolean {
  return side === "LONG" ? price.gt(other) : price.lt(other);
}

export function isOpen(position: Position): boolean {
  return !position.remaining.isZero();
}

/** The open risk of a position: `max(0, d × (entryPrice − currentStop)) × remaining`. */
export function openRisk(position: Position): DecimalType {
  const distance = position.entryFill.price.minus(position.stopLoss).times(signOf(position.side));
  return max(ZERO, distance).times(position.remaining);
}

/** `u` of the rules, unrounded: `d × (price × remaining − entryValueLeft) − entryCommissionLeft`. */
export function unroundedPnl(
  position: Pick<Position, "side" | "remaining" | "entryValueLeft" | "entryCommissionLeft">,
  price: DecimalType,
): DecimalType {
  const gain = price.times(position.remaining).minus(position.entryValueLeft).times(signOf(position.side));
  return gain.minus(position.entryCommissionLeft);
}

export interface Opening {
  readonly accountId: string;
  readonly session: number;
  readonly number: number;
}

/** The position that `signal` opens with `fill`. */
export function openPosition(signal: Signal, fill: Fill, opening: Opening): Position {
  return {
    accountId: opening.accountId,
    number: opening.number,
    session: opening.session,
    signalId: signal.signalId,
    patternType: signal.patternType,
    campaignId: signal.campaignId,
    source: signal.source,
    symbol: signal.symbol,
    assetClass: signal.assetClass,
    side: signal.side,
    leverage: signal.leverage,
    unitSize: unitSizeOf(signal.positionSizeUnit),
    entryFill: fill,
    remaining: fill.quantity,
    entryValueLeft: fill.value,
    entryCommissionLeft: fill.commission,
    entrySlippageLeft: fill.slippageCost,
    stopLoss: signal.stopLoss,
    initialStopLoss: signal.stopLoss,
    stopMovedBy: null,
    target1: signal.target1,
    target1Reached: false,
    target2: signal.target2,
    trailing: signal.trailingStop && { ...signal.trailingStop, bestPrice: null },
    expiresAtMs: signal.expiresAtMs,
    lastPrice: fill.reference.price,
    lastPriceTimeMs: fill.reference.timeMs,
    realizedPnl: ZERO,
    commissionPaid: fill.commission,
    slippageCost: fill.slippageCost,
    tradeCount: 0,
    quantityTimesR: ZERO,
    createdAtMs: fill.timeMs,
    updatedAtMs: fill.timeMs,
  };
}
