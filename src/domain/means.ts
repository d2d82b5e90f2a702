// Means and shares of counts, or null where there is nothing to compute from.
import { Decimal, type Decimal as DecimalType, HUNDRED, q8 } from "./decimal.ts";

/** `part / whole × 100`, or null of nothing. */
export function percentage(part: number, whole: number): DecimalType | null {
  return whole === 0 ? null : q8(new Decimal(part).div(whole).times(HUNDRED));
}

/** `sum / count`, or null of nothing. */
export function mean(sum: DecimalType, count: number): DecimalType | null {
  return count === 0 ? null : q8(sum.div(count));
}
