// What was gained on what one began with, reckoned exactly.
import { DECIMALS, units } from "./bounds.ts";

const HUNDRED = 100n;

/** In percent, cut after the eighth decimal; the start is above 0. */
export function returnOf(start: string, equity: string): string {
  const scaled = ((units(equity) - units(start)) * HUNDRED * 10n ** BigInt(DECIMALS)) / units(start);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(DECIMALS + 1, "0");
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}
