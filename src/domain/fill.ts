// Fill model 1: the price, value and costs of a paper fill (domain.md 5).
import { type Decimal, HUNDRED, ONE, q8, ZERO } from "./decimal.ts";
import type { PriceSource, Quote } from "./price.ts";
import type { Settings } from "./settings.ts";
import type { Side } from "./signal.ts";

export const FILL_MODEL_VERSION = 1;

export type Trading = "BUY" | "SELL";

/** The price that a fill is made from, and where it came from. */
export interface Reference {
  readonly price: Decimal;
  readonly source: PriceSource;
  /** The market time of the price itself. */
  readonly timeMs: number;
}

/** A quote as what a fill is made from. */
export function referenceOf({ price, source, timeMs }: Quote): Reference {
  return { price, source, timeMs };
}

/** The settings that a fill used: kept with it, so that history is never graded by later settings. */
export interface FillSettings {
  readonly slippagePercentage: Decimal;
  readonly commissionPerShare: Decimal;
  readonly useRealisticFills: boolean;
}

export interface Fill {
  readonly price: Decimal;
  readonly quantity: Decimal;
  /** `q8(price × quantity)`. */
  readonly value: Decimal;
  readonly timeMs: number;
  readonly reference: Reference;
  /** Whether the reference price lay beyond the level that triggered the fill. */
  readonly gapped: boolean;
  readonly commission: Decimal;
  /** Reported only: it is already in the price. */
  readonly slippageCost: Decimal;
  readonly modelVersion: number;
  readonly settings: FillSettings;
}

export interface FillOrder {
  readonly trading: Trading;
  readonly reference: Reference;
  readonly quantity: Decimal;
  /** Units in one of the signal's size: 100,000 for a LOT, else 1. */
  readonly unitSize: number;
  readonly timeMs: number;
  readonly gapped: boolean;
}

/** Entering a LONG and leaving a SHORT buys; the other two sell. */
export function tradingOf(side: Side, action: "ENTER" | "LEAVE"): Trading {
  return (side === "LONG") === (action === "ENTER") ? "BUY" : "SELL";
}

/** `q8(ref × (1 ± s))`: worse than the reference by the slippage, never better. */
export function fillPrice(trading: Trading, reference: Decimal, settings: FillSettings): Decimal {
  const slippage = settings.useRealisticFills ? settings.slippagePercentage.div(HUNDRED) : ZERO;
  return q8(reference.times(trading === "BUY" ? ONE.plus(slippage) : ONE.minus(slippage)));
}

/** `q8(positionSize × commissionPerShare)`. */
export function commissionOf(size: Decimal, settings: FillSettings): Decimal {
  return q8(size.times(settings.commissionPerShare));
}

/** The fill of an order at its reference price under `settings`. */
export function fillOrder(order: FillOrder, settings: Settings): Fill {
  const { reference, quantity } = order;
  const price = fillPrice(order.trading, reference.price, settings);
  return {
    price,
    quantity,
    value: q8(price.times(quantity)),
    timeMs: order.timeMs,
    reference,
    gapped: order.gapped,
    commission: commissionOf(quantity.div(order.unitSize), settings),
    slippageCost: q8(price.minus(reference.price).abs().times(quantity)),
    modelVersion: FILL_MODEL_VERSION,
    settings: {
      slippagePercentage: settings.slippagePercentage,
      commissionPerShare: settings.commissionPerShare,
      useRealisticFills: settings.useRealisticFills,
    },
  };
}

/** What a fill does to cash: buying takes value and commission, selling brings value less commission. */
export function cashFlow(trading: Trading, fill: Fill): Decimal {
  return trading === "BUY" ? fill.value.plus(fill.commission).neg() : fill.value.minus(fill.commission);
}
