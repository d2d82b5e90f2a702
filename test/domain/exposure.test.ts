// Exposure: sums kept by adding and removing equal those made from scratch, and those of a second computation.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimal, formatDecimal } from "../../src/domain/decimal.ts";
import { Exposure } from "../../src/domain/exposure.ts";
import { isOpen, type Position } from "../../src/domain/position.ts";
import * as reference from "../reference/rational.ts";
import { closePart, FREE, plain, positionOf, prices, settingsOf } from "../support/builders.ts";
import { planArbitrary, planned } from "../support/positionArbitraries.ts";

const SETTINGS = settingsOf({ slippagePercentage: "0.13", commissionPerShare: "0.007" });
const BOARD = { AAA: "101.37", BBB: "97.00000001" };

type Text = { toFixed(): string };
const exact = (value: Text): reference.Rational => reference.decimal(value.toFixed());
const show = (value: reference.Rational): string => reference.format(reference.q8(value));

/** The sums of the rules over the open positions, one after the other, in fractions. */
function sums(positions: readonly Position[], campaignId: string) {
  const { add, div, max, mul, neg, sub, sum, ZERO } = reference;
  const open = positions.filter(isOpen);
  const price = (position: Position) => exact(prices(BOARD)(position.symbol));
  const held = (position: Position) => mul(price(position), exact(position.remaining));
  const signed = (position: Position, value: reference.Rational) => (position.side === "LONG" ? value : neg(value));
  const risk = (position: Position) => {
    const away = signed(position, sub(exact(position.entryFill.price), exact(position.stopLoss)));
    return mul(max(ZERO, away), exact(position.remaining));
  };
  const bearsRisk = (position: Position) => show(risk(position)) !== "0";
  return {
    openPositions: open.length,
    openRisk: show(sum(open.map(risk))),
    campaignRisk: show(sum(open.filter((position) => position.campaignId === campaignId).map(risk))),
    unrealizedPnl: show(
      sum(
        open.map((position) =>
          sub(
            signed(position, sub(held(position), exact(position.entryValueLeft))),
            exact(position.entryCommissionLeft),
          ),
        ),
      ),
    ),
    marketValue: show(open.map((position) => signed(position, held(position))).reduce(add, ZERO)),
    boundFunds: show(sum(open.map((position) => div(held(position), exact(position.leverage))))),
    campaigns: [...new Set(open.filter(bearsRisk).flatMap((position) => position.campaignId ?? []))].sort(),
  };
}

/** The same of an Exposure. */
function shown(exposure: Exposure, campaignId: string): ReturnType<typeof sums> {
  const board = prices(BOARD);
  const q8 = (value: Text): string => show(exactSum(value));
  return {
    openPositions: exposure.openPositions,
    openRisk: q8(exposure.openRisk),
    campaignRisk: q8(exposure.campaignRisk(campaignId)),
    unrealizedPnl: q8(exposure.unrealizedPnl(board)),
    marketValue: q8(exposure.marketValue(board)),
    boundFunds: q8(exposure.boundFunds(board)),
    campaigns: [...exposure.campaigns()].sort(),
  };
}

/** A sum of any number of decimals as a fraction. */
function exactSum(value: Text): reference.Rational {
  const [whole = "0", decimals = ""] = value.toFixed().split(".");
  return reference.rational(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("open" as const), plan: planArbitrary }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom("part" as const, "all" as const, "stop" as const),
        pick: fc.nat({ max: 999 }),
      }),
    },
  ),
  { maxLength: 60 },
);

describe("Exposure kept by adding what comes and removing what goes", () => {
  it("equals one made from scratch, and the sums over the positions", () => {
    fc.assert(
      fc.property(steps, (given) => {
        const positions = new Map<number, Position>();
        let kept = new Exposure();
        const copies: { readonly copy: Exposure; readonly before: unknown }[] = [];
        const put = (position: Position): void => {
          const before = positions.get(position.number);
          if (before !== undefined) kept.remove(before);
          kept.add(position);
          positions.set(position.number, position);
        };
        for (const step of given) {
          if (step.kind === "open") {
            put(planned(step.plan, positions.size + 1));
            continue;
          }
          const open = [...positions.values()].filter(isOpen);
          const picked = open[step.pick % open.length];
          if (picked === undefined) continue;
          if (step.kind === "stop") {
            put({ ...picked, stopLoss: picked.stopLoss.plus(picked.side === "LONG" ? 1 : -1) });
          } else {
            const part = picked.remaining.times("0.3").toDecimalPlaces(8, 3);
            const quantity = step.kind === "all" || part.isZero() ? picked.remaining : part;
            put(closePart(picked, quantity.toFixed(), "100", SETTINGS).position);
          }
          // A copy goes on by itself: what is done to one is not seen in the other.
          copies.push({ copy: kept, before: shown(kept, "c") });
          kept = kept.copy();
        }
        const all = [...positions.values()];
        for (const campaignId of ["c", "d"]) {
          expect(shown(kept, campaignId)).toEqual(sums(all, campaignId));
          expect(shown(new Exposure(all), campaignId)).toEqual(sums(all, campaignId));
        }
        for (const { copy, before } of copies) expect(shown(copy, "c")).toEqual(before);
      }),
      { numRuns: 150 },
    );
  });
});

describe("Exposure", () => {
  it("of one LONG and one SHORT has these sums", () => {
    const settings = settingsOf(FREE);
    const long = positionOf({ leverage: "2" }, settings);
    const short = positionOf(
      { side: "SHORT", symbol: "MSFT", positionSize: "10", number: 2, campaignId: "c" },
      settings,
    );
    const exposure = new Exposure([long, short]);
    const board = prices({ AAPL: "104", MSFT: "98" });
    expect(exposure.openPositions).toBe(2);
    // 5 × 100 + 5 × 10
    expect(plain(exposure.openRisk)).toBe("550");
    expect(plain(exposure.campaignRisk("c"))).toBe("50");
    expect(plain(exposure.campaignRisk("none"))).toBe("0");
    // 4 × 100 + 2 × 10
    expect(formatDecimal(exposure.unrealizedPnl(board))).toBe("420");
    // 10,400 − 980
    expect(formatDecimal(exposure.marketValue(board))).toBe("9420");
    // 10,400 / 2 + 980
    expect(formatDecimal(exposure.boundFunds(board))).toBe("6180");
    expect([...exposure.campaigns()]).toEqual(["c"]);
  });

  it("of what is closed is nothing", () => {
    const closed = closePart(positionOf(), "100", "101", SETTINGS).position;
    const exposure = new Exposure([closed]);
    exposure.remove(closed);
    expect(exposure.openPositions).toBe(0);
    expect([...exposure.campaigns()]).toEqual([]);
    expect(plain(exposure.openRisk)).toBe("0");
  });

  it("asks for no price of a symbol that is no longer held", () => {
    const position = positionOf();
    const exposure = new Exposure([position]);
    exposure.remove(position);
    expect(plain(exposure.unrealizedPnl(prices({})))).toBe("0");
    expect(plain(exposure.boundFunds(() => decimal("1")))).toBe("0");
  });
});
