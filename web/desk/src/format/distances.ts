// How far a price is from a level, reckoned exactly.
import { percentageOf, units } from "./decimals.ts";

/** In percent of the price, whichever side the level is on; null where there is no price above 0. */
export function distanceOf(price: string, level: string): string | null {
  const [from, to] = [units(price), units(level)];
  if (from <= 0n) return null;
  return percentageOf(to > from ? to - from : from - to, from);
}
