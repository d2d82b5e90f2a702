// What an account holds, summed by symbol: equity, funds and open risk follow from these sums without visiting positions.
import { type Decimal, ZERO } from "./decimal.ts";
import { isOpen, openRisk, type Position, signOf } from "./position.ts";

/** Sums over the open positions of one symbol, side and leverage. All are exact. */
interface Group {
  readonly symbol: string;
  readonly sign: 1 | -1;
  readonly leverage: Decimal;
  readonly quantity: Decimal;
  readonly entryValue: Decimal;
  readonly entryCommission: Decimal;
  readonly count: number;
}

/** The price of a symbol that is held; callers have one for each. */
export type PriceOf = (symbol: string) => Decimal;

/** Exact sums of an account's open positions, kept up to date by adding what comes and taking off what goes. */
export class Exposure {
  private readonly groups: Map<string, Group>;
  private readonly riskByCampaign: Map<string, Decimal>;
  private risk: Decimal;
  private count: number;

  constructor(positions: Iterable<Position> = []) {
    this.groups = new Map();
    this.riskByCampaign = new Map();
    this.risk = ZERO;
    this.count = 0;
    for (const position of positions) this.add(position);
  }

  copy(): Exposure {
    const copy = new Exposure();
    for (const [key, group] of this.groups) copy.groups.set(key, group);
    for (const [key, risk] of this.riskByCampaign) copy.riskByCampaign.set(key, risk);
    copy.risk = this.risk;
    copy.count = this.count;
    return copy;
  }

  add(position: Position): void {
    if (isOpen(position)) this.change(position, 1);
  }

  remove(position: Position): void {
    if (isOpen(position)) this.change(position, -1);
  }

  get openPositions(): number {
    return this.count;
  }

  /** Σ open risk. */
  get openRisk(): Decimal {
    return this.risk;
  }

  /** Σ open risk of the positions of one campaign. */
  campaignRisk(campaignId: string): Decimal {
    return this.riskByCampaign.get(campaignId) ?? ZERO;
  }

  /** The campaigns whose positions bear risk. */
  campaigns(): Iterable<string> {
    return this.riskByCampaign.keys();
  }

  /** Σ u, unrounded (domain.md 8). */
  unrealizedPnl(priceOf: PriceOf): Decimal {
    let sum = ZERO;
    for (const group of this.groups.values()) {
      const gain = priceOf(group.symbol).times(group.quantity).minus(group.entryValue).times(group.sign);
      sum = sum.plus(gain).minus(group.entryCommission);
    }
    return sum;
  }

  /** Σ d × price × remaining: what the holdings would bring, shorts negative. */
  marketValue(priceOf: PriceOf): Decimal {
    let sum = ZERO;
    for (const group of this.groups.values()) {
      sum = sum.plus(priceOf(group.symbol).times(group.quantity).times(group.sign));
    }
    return sum;
  }

  /** Σ price × remaining / leverage: the funds that the open positions bind. */
  boundFunds(priceOf: PriceOf): Decimal {
    let sum = ZERO;
    for (const group of this.groups.values()) {
      sum = sum.plus(priceOf(group.symbol).times(group.quantity).div(group.leverage));
    }
    return sum;
  }

  private change(position: Position, by: 1 | -1): void {
    this.changeGroup(position, by);
    const risk = openRisk(position).times(by);
    this.risk = this.risk.plus(risk);
    this.count += by;
    if (position.campaignId === null) return;
    const ofCampaign = this.campaignRisk(position.campaignId).plus(risk);
    if (ofCampaign.isZero()) this.riskByCampaign.delete(position.campaignId);
    else this.riskByCampaign.set(position.campaignId, ofCampaign);
  }

  private changeGroup(position: Position, by: 1 | -1): void {
    const { symbol, side, leverage } = position;
    const key = `${symbol} ${side} ${leverage.toFixed()}`;
    const group = this.groups.get(key);
    const count = (group?.count ?? 0) + by;
    if (count === 0) {
      this.groups.delete(key);
      return;
    }
    this.groups.set(key, {
      symbol,
      sign: signOf(side),
      leverage,
      quantity: (group?.quantity ?? ZERO).plus(position.remaining.times(by)),
      entryValue: (group?.entryValue ?? ZERO).plus(position.entryValueLeft.times(by)),
      entryCommission: (group?.entryCommission ?? ZERO).plus(position.entryCommissionLeft.times(by)),
      count,
    });
  }
}
