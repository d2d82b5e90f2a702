// What happens to a position at a quote or a bar: stops, targets, trailing (domain.md 7). Replay, backtest and tests call it.
import { type Decimal, floorTo, min } from "./decimal.ts";
import type { Reference } from "./fill.ts";
import { type Close, closeAll, closeLot, type Exit } from "./lot.ts";
import {
  type ExitReason,
  isAtOrBeyond,
  isBetter,
  isOpen,
  type Position,
  type StopMovedBy,
  signOf,
  sizeStep,
} from "./position.ts";
import type { Bar, Price, PriceSource, Quote } from "./price.ts";
import type { Settings } from "./settings.ts";

/** A position after a price, and the lots that were closed on the way, in order. */
export interface Judgement {
  readonly position: Position;
  readonly closes: readonly Close[];
}

/** A price at one moment of the market: a quote, or a step inside a bar. */
interface Moment {
  readonly price: Decimal;
  readonly timeMs: number;
  readonly source: PriceSource;
}

/**
 * What a quote or a bar does to a position that is open: it is judged only on quotes with a time, and bars with a start,
 * at or after its entry. Answers the very same position where nothing happens.
 */
export function judge(position: Position, price: Price, settings: Settings): Judgement {
  return price.kind === "quote" ? judgeQuote(position, price.quote, settings) : judgeBar(position, price.bar, settings);
}

function judgeQuote(position: Position, quote: Quote, settings: Settings): Judgement {
  if (quote.timeMs < position.entryFill.timeMs) return { position, closes: [] };
  const steps = new Steps(position, settings);
  steps.atMoment({ price: quote.price, timeMs: quote.timeMs, source: quote.source });
  return steps.judgement();
}

/** The order of domain.md 7: the open as a quote, the adverse extreme, the favourable extreme, the close as a quote. */
function judgeBar(position: Position, bar: Bar, settings: Settings): Judgement {
  if (bar.startMs < position.entryFill.timeMs) return { position, closes: [] };
  const [adverse, favourable] = position.side === "LONG" ? [bar.low, bar.high] : [bar.high, bar.low];
  const atEnd = { timeMs: bar.endMs, source: "BAR" } as const;
  const steps = new Steps(position, settings);
  steps.atMoment({ price: bar.open, timeMs: bar.startMs, source: "BAR" });
  steps.atAdverseExtreme({ price: adverse, ...atEnd });
  steps.atFavourableExtreme({ price: favourable, ...atEnd });
  steps.atMoment({ price: bar.close, ...atEnd });
  return steps.judgement();
}

/** The steps of one judgement; each sees what the one before it left, and a closed position takes no more of them. */
class Steps {
  private position: Position;
  private readonly settings: Settings;
  private readonly closes: Close[] = [];

  constructor(position: Position, settings: Settings) {
    this.position = position;
    this.settings = settings;
  }

  judgement(): Judgement {
    return { position: this.position, closes: this.closes };
  }

  /** A quote, or a bar's open or close: everything fills at the price itself, so that a gap fills at the gapped price. */
  atMoment(moment: Moment): void {
    if (!isOpen(this.position)) return;
    const { side, stopLoss, target1, target2 } = this.position;
    const { price } = moment;
    if (!isBetter(side, price, stopLoss)) {
      this.closeAll(this.stopReason(), moment, price, isBetter(side, stopLoss, price));
    } else if (target2 !== null && isAtOrBeyond(side, price, target2)) {
      this.closeAll("TARGET_2", moment, price, isBetter(side, price, target2));
    } else if (!this.position.target1Reached && isAtOrBeyond(side, price, target1)) {
      this.reachTarget1(moment, price, isBetter(side, price, target1));
    }
    this.trail(price);
  }

  atAdverseExtreme(moment: Moment): void {
    if (!isOpen(this.position)) return;
    const { side, stopLoss } = this.position;
    if (!isBetter(side, moment.price, stopLoss)) this.closeAll(this.stopReason(), moment, stopLoss, false);
  }

  atFavourableExtreme(moment: Moment): void {
    if (!isOpen(this.position)) return;
    const { side, target1, target2 } = this.position;
    if (!this.position.target1Reached && isAtOrBeyond(side, moment.price, target1)) {
      this.reachTarget1(moment, target1, false);
    }
    if (target2 !== null && isAtOrBeyond(side, moment.price, target2)) {
      this.closeAll("TARGET_2", moment, target2, false);
    }
    this.trail(moment.price);
  }

  private stopReason(): ExitReason {
    return this.position.stopMovedBy === "TRAILING" ? "TRAILING_STOP" : "STOP_LOSS";
  }

  private closeAll(reason: ExitReason, moment: Moment, referencePrice: Decimal, gapped: boolean): void {
    const close = closeAll(this.position, exitAt(reason, moment, referencePrice, gapped), this.settings);
    if (close !== undefined) this.take(close);
  }

  /** Once in a position's life: part of it is closed, then the stop may move to the entry price. */
  private reachTarget1(moment: Moment, referencePrice: Decimal, gapped: boolean): void {
    this.position = { ...this.position, target1Reached: true };
    const quantity = target1Quantity(this.position, this.settings);
    if (quantity.gt(0)) {
      const exit = { ...exitAt("TARGET_1", moment, referencePrice, gapped), quantity };
      const close = closeLot(this.position, exit, this.settings);
      const moved = this.afterTarget1(close.position);
      this.take({ ...close, position: moved });
    } else {
      this.position = this.afterTarget1(this.position);
    }
  }

  private afterTarget1(position: Position): Position {
    if (!this.settings.breakevenAfterTarget1 || !isOpen(position)) return position;
    return tightenStop(position, position.entryFill.price, "BREAKEVEN");
  }

  /** From the first price at the activation on, the stop follows the best price at the offset. */
  private trail(price: Decimal): void {
    const { trailing, side } = this.position;
    if (trailing === null || !isOpen(this.position)) return;
    const { activation, offset, bestPrice } = trailing;
    const counts = bestPrice === null ? isAtOrBeyond(side, price, activation) : isBetter(side, price, bestPrice);
    if (!counts) return;
    const followed = { ...this.position, trailing: { ...trailing, bestPrice: price } };
    this.position = tightenStop(followed, price.minus(offset.times(signOf(side))), "TRAILING");
  }

  private take(close: Close): void {
    this.position = close.position;
    this.closes.push(close);
  }
}

function exitAt(reason: ExitReason, moment: Moment, price: Decimal, gapped: boolean): Omit<Exit, "quantity"> {
  const reference: Reference = { price, source: moment.source, timeMs: moment.timeMs };
  return { reason, reference, timeMs: moment.timeMs, gapped };
}

function target1Quantity(position: Position, settings: Settings): Decimal {
  if (position.target2 === null || settings.target1Fraction.eq(1)) return position.remaining;
  const step = sizeStep(position.assetClass).times(position.unitSize);
  return min(floorTo(position.entryFill.quantity.times(settings.target1Fraction), step), position.remaining);
}

function tightenStop(position: Position, level: Decimal, movedBy: StopMovedBy): Position {
  if (!isBetter(position.side, level, position.stopLoss)) return position;
  return { ...position, stopLoss: level, stopMovedBy: movedBy };
}
