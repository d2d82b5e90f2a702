// Closed lots for the tests of statistics: made by the desk's own rules, with entry and exit times of their own.
import fc from "fast-check";
import { decimal } from "../../../src/domain/decimal.ts";
import { type Close, closeLot } from "../../../src/domain/lot.ts";
import type { ExitReason, Position } from "../../../src/domain/position.ts";
import type { Settings } from "../../../src/domain/settings.ts";
import { at, positionOf, settingsOf } from "../../support/builders.ts";

/** The defaults: 0.005 USD a share and 0.02 % of slippage. */
const SETTINGS = settingsOf();

export interface Lot {
  readonly quantity: string;
  readonly price: string;
  readonly seconds: number;
  readonly reason?: ExitReason;
}

/** Closes lots of a position one after the other, each at its price and so many seconds after the start. */
export function closeLots(position: Position, lots: readonly Lot[], settings: Settings = SETTINGS): Close[] {
  let left = position;
  return lots.map(({ quantity, price, seconds, reason = "MANUAL" }) => {
    const timeMs = at(seconds);
    const reference = { price: decimal(price), source: "QUOTE", timeMs } as const;
    const exit = { reason, quantity: decimal(quantity), reference, timeMs, gapped: false };
    const close = closeLot(left, exit, settings);
    left = close.position;
    return close;
  });
}

/** Three lots by hand: 100 long from 100 (stop 95), closed in two parts; then 10 short from 200 (stop 210). */
export function threeLots(): Close[] {
  const long = positionOf({ entry: "100" }, SETTINGS);
  const levels = { stopLoss: "210", target1: "180", target2: "170" };
  const short = positionOf({ entry: "200", side: "SHORT", positionSize: "10", entrySeconds: 30, ...levels }, SETTINGS);
  return [
    ...closeLots(long, [
      { quantity: "40", price: "110", seconds: 60, reason: "TARGET_1" },
      { quantity: "60", price: "95", seconds: 600, reason: "STOP_LOSS" },
    ]),
    ...closeLots(short, [{ quantity: "10", price: "190", seconds: 1830 }]),
  ];
}

/** An arbitrary position, closed whole in one to three lots. */
const closesOfPosition: fc.Arbitrary<Close[]> = fc
  .record({
    side: fc.constantFrom("LONG" as const, "SHORT" as const),
    entry: fc.integer({ min: 95, max: 105 }),
    stop: fc.integer({ min: 1, max: 7 }),
    size: fc.integer({ min: 5, max: 1000 }),
    parts: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 }),
    // Prices near the entry, so that some trades make nothing but their costs; and times of very different lengths.
    prices: fc.array(fc.integer({ min: 940, max: 1060 }), { minLength: 3, maxLength: 3 }),
    heldMs: fc.array(fc.oneof(fc.nat(10), fc.nat(1_000_000), fc.nat(400 * 86_400_000)), { minLength: 3, maxLength: 3 }),
  })
  .map(({ side, entry, stop, size, parts, prices, heldMs }) => {
    const d = side === "LONG" ? 1 : -1;
    const level = (away: number): string => String(entry + d * away);
    const change = { stopLoss: level(-stop), target1: level(20), target2: level(30), positionSize: String(size) };
    const position = positionOf({ side, entry: String(entry), ...change }, SETTINGS);
    const rest = size - parts.reduce((sum, part) => sum + part, 0);
    const lots = [...parts, rest].map((quantity, index) => ({
      quantity: String(quantity),
      price: ((prices[index] ?? 1000) / 10).toFixed(1),
      seconds: (heldMs[index] ?? 0) / 1000,
    }));
    return closeLots(position, lots);
  });

/** The trades of a session in the order in which they were made; each position is closed whole before the next. */
export const closesArbitrary: fc.Arbitrary<Close[]> = fc
  .array(closesOfPosition, { maxLength: 12 })
  .map((closes) => closes.flat());
