// An open position in the trigger book, and the price levels at which it wants to be asked.
import type { Decimal } from "../domain/decimal.ts";
import { isBetter, type Position } from "../domain/position.ts";

/** A place in the trigger book: the position changes, the place stays. */
export interface Watched {
  /** A running number: the order of coming into the book. */
  readonly order: number;
  position: Position;
}

/** A trailing stop that has begun to follow the price has something to do at almost every tick. */
export function isTrailing(position: Position): boolean {
  return position.trailing !== null && position.trailing.bestPrice !== null;
}

/** The nearest level on the way to profit at which something happens: a target, or the start of the trailing stop. */
export function favourableLevel(position: Position): Decimal | null {
  const { target1, target1Reached, target2, trailing, side } = position;
  const levels = [
    target1Reached ? null : target1,
    target2,
    trailing !== null && trailing.bestPrice === null ? trailing.activation : null,
  ];
  return levels.reduce<Decimal | null>((nearest, level) => {
    if (level === null) return nearest;
    return nearest === null || isBetter(side, nearest, level) ? level : nearest;
  }, null);
}

/**
 * Whether a range of prices may do something to a position whose trailing stop is active: reach its stop or a target, or
 * be better than its best price. Cheap, and never wrongly false.
 */
export function mayTouch(position: Position, low: Decimal, high: Decimal): boolean {
  const { side, stopLoss, trailing } = position;
  const [worst, best] = side === "LONG" ? [low, high] : [high, low];
  if (!isBetter(side, worst, stopLoss)) return true;
  if (trailing?.bestPrice && isBetter(side, best, trailing.bestPrice)) return true;
  const level = favourableLevel(position);
  return level !== null && !isBetter(side, level, best);
}
