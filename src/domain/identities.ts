// The identities that always hold, to the last digit (domain.md 8), checked on a book.
import type { Book } from "./book.ts";
import { Decimal, type Decimal as DecimalType, q8, ZERO } from "./decimal.ts";
import { Exposure, type PriceOf } from "./exposure.ts";
import { equityOf } from "./figures.ts";
import { isOpen, signOf } from "./position.ts";

const HALF_A_LAST_DIGIT = new Decimal("0.000000005");

/** What does not hold of a book at these prices, each in words; empty when all is well. */
export function bookFaults(book: Book, priceOf: PriceOf): string[] {
  const { session, exposure } = book;
  const { settings, figures } = session;
  const positions = [...book.positions.values()];
  const faults: string[] = [];
  const same = (what: string, a: DecimalType, b: DecimalType): void => {
    if (!a.eq(b)) faults.push(`${what}: ${a.toFixed()} is not ${b.toFixed()}`);
  };

  const equity = equityOf(settings.startingCapital, figures, exposure, priceOf);
  const liquidation = figures.cash.plus(exposure.marketValue(priceOf));
  if (equity.minus(liquidation).abs().gt(HALF_A_LAST_DIGIT)) {
    faults.push(`equity ${equity.toFixed()} is not cash and holdings ${liquidation.toFixed()}`);
  }
  same("realized P&L is wins and losses", figures.totalRealizedPnl, figures.grossWins.plus(figures.grossLosses));

  const entryFlows = positions.reduce((sum, position) => {
    const value = position.entryValueLeft.times(signOf(position.side));
    return sum.minus(value).minus(position.entryCommissionLeft);
  }, ZERO);
  same(
    "cash is capital and all flows",
    figures.cash,
    settings.startingCapital.plus(figures.totalRealizedPnl).plus(entryFlows),
  );

  const recomputed = new Exposure(positions);
  same("the sum of open risk", exposure.openRisk, recomputed.openRisk);
  for (const campaignId of new Set([...exposure.campaigns(), ...recomputed.campaigns()])) {
    same(
      `the open risk of campaign ${campaignId}`,
      exposure.campaignRisk(campaignId),
      recomputed.campaignRisk(campaignId),
    );
  }
  same("the sum of u", exposure.unrealizedPnl(priceOf), recomputed.unrealizedPnl(priceOf));
  same("bound funds", q8(exposure.boundFunds(priceOf)), q8(recomputed.boundFunds(priceOf)));
  if (exposure.openPositions !== positions.length) faults.push("the count of open positions");
  if (positions.some((position) => !isOpen(position))) faults.push("a closed position is held as open");
  if (figures.peakEquity.lt(settings.startingCapital)) faults.push("the peak is below the starting capital");
  return faults;
}
