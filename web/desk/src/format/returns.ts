// What was gained on what one began with, reckoned exactly.
import { percentageOf, units } from "./decimals.ts";

/** In percent; the start is above 0. */
export const returnOf = (start: string, equity: string): string =>
  percentageOf(units(equity) - units(start), units(start));
