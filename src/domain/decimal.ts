// Exact decimals: the one Decimal of the desk, reading, rounding and writing (domain.md 1).
import { Decimal as DecimalJs } from "decimal.js";

const PRECISION_DIGITS = 60;

/** The desk's Decimal: 60 significant digits, half-even. The library's default of 20 digits silently loses money. */
export const Decimal = DecimalJs.clone({ precision: PRECISION_DIGITS, rounding: DecimalJs.ROUND_HALF_EVEN });
export type Decimal = DecimalJs;

export const DECIMAL_PLACES = 8;
const PATTERN = /^-?\d{1,20}(\.\d{1,8})?$/;
const TEXT_LENGTH_MAX = 30;

export const ZERO: Decimal = new Decimal(0);
export const ONE: Decimal = new Decimal(1);
export const HUNDRED: Decimal = new Decimal(100);

/** What a decimal must look like, for messages. */
export const DECIMAL_FORM = 'a decimal as a string such as "150.03": up to 20 digits and up to 8 decimals';

/** The Decimal of `text`, or undefined where it is not of the form of domain.md 1. Nothing is built before the check. */
export function parseDecimal(text: unknown): Decimal | undefined {
  if (typeof text !== "string" || text.length > TEXT_LENGTH_MAX || !PATTERN.test(text)) return undefined;
  return new Decimal(text);
}

/** The Decimal of a figure that the desk itself wrote; throws on anything that is not a plain decimal. */
export function decimal(text: string): Decimal {
  const value = new Decimal(text);
  if (!value.isFinite()) throw new RangeError(`not a finite decimal: ${text}`);
  return value;
}

/** `x` rounded to 8 decimals, half-even: done once, when a stored figure is computed. */
export function q8(x: Decimal): Decimal {
  return x.toDecimalPlaces(DECIMAL_PLACES, DecimalJs.ROUND_HALF_EVEN);
}

/** `x` as the API shows it: no exponent, no trailing zeros, no `-0`. */
export function formatDecimal(x: Decimal): string {
  return x.isZero() ? "0" : x.toFixed();
}

export function max(a: Decimal, b: Decimal): Decimal {
  return a.gte(b) ? a : b;
}

export function min(a: Decimal, b: Decimal): Decimal {
  return a.lte(b) ? a : b;
}

/** `x` rounded down to a multiple of `step`. */
export function floorTo(x: Decimal, step: Decimal): Decimal {
  return x.div(step).floor().times(step);
}
