// Random positions of a few symbols and accounts, for property tests; prices lie on a coarse grid, so that levels meet.
import fc from "fast-check";
import { decimal } from "../../src/domain/decimal.ts";
import type { Position } from "../../src/domain/position.ts";
import { ACCOUNT_ID, at, type PositionChange, positionOf } from "./builders.ts";

export const SYMBOLS = ["AAA", "BBB"] as const;
export const OTHER_ACCOUNT_ID = "01890000-0000-7000-8000-000000000002";

const distance = fc.integer({ min: 1, max: 8 });

/** What a position is made of; its number is given where it is made. */
export interface Plan {
  readonly change: PositionChange;
  /** Where the stop stands now, away from where it was; and whether target 1 is behind it. */
  readonly stopMoved: number;
  readonly target1Reached: boolean;
  /** How far beyond its activation a trailing stop's best price is; null where it has not begun. */
  readonly best: number | null;
}

/** Entries near 100 with levels up to 16 away, in whole numbers. */
export const planArbitrary: fc.Arbitrary<Plan> = fc
  .record({
    side: fc.constantFrom("LONG" as const, "SHORT" as const),
    symbol: fc.constantFrom(...SYMBOLS),
    accountId: fc.constantFrom(ACCOUNT_ID, OTHER_ACCOUNT_ID),
    campaignId: fc.constantFrom(null, "c", "d"),
    leverage: fc.constantFrom("1", "1.0", "3", "7"),
    size: fc.constantFrom("1", "2", "33", "0.00000001", "0.7"),
    entry: fc.integer({ min: 95, max: 105 }),
    stop: distance,
    target1: distance,
    target2: fc.option(distance),
    trailing: fc.option(fc.record({ activation: fc.integer({ min: -3, max: 10 }), offset: distance })),
    expirySeconds: fc.option(fc.integer({ min: 1, max: 50 })),
    stopMoved: fc.constantFrom(0, 0, 1, 3),
    target1Reached: fc.boolean(),
    best: fc.option(fc.integer({ min: 0, max: 5 })),
  })
  .map(
    ({
      side,
      entry,
      stop,
      target1,
      target2,
      trailing,
      size,
      expirySeconds,
      stopMoved,
      target1Reached,
      best,
      ...same
    }) => {
      const d = side === "LONG" ? 1 : -1;
      const level = (away: number): string => String(entry + d * away);
      const change: PositionChange = {
        ...same,
        side,
        assetClass: "CRYPTO",
        positionSize: size,
        entry: String(entry),
        stopLoss: level(-stop),
        target1: level(target1),
        target2: target2 === null ? null : level(target1 + target2),
        trailingStop:
          trailing === null ? null : { activation: level(trailing.activation), offset: String(trailing.offset) },
        expiresAt: expirySeconds === null ? null : new Date(at(expirySeconds)),
      };
      return { change, stopMoved, target1Reached, best };
    },
  );

/** The position of a plan: opened, and then perhaps with a moved stop, target 1 behind it, and trailing. */
export function planned({ change, stopMoved, target1Reached, best }: Plan, number: number): Position {
  const position = positionOf({ ...change, number });
  const d = position.side === "LONG" ? 1 : -1;
  const { trailing } = position;
  return {
    ...position,
    stopLoss: position.stopLoss.plus(d * stopMoved),
    target1Reached,
    trailing:
      trailing === null || best === null
        ? trailing
        : { ...trailing, bestPrice: trailing.activation.plus(decimal(String(d * best))) },
  };
}
