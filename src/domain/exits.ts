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
import { type PricesSeen, seenAfter, seenAtEntry, seenTogether } from "./statistics/excursions.ts";

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

/** What prices a position saw before the one that is judged; null where that is not known. Asked only where a lot is closed. */
export type SeenBefore = (position: Position) => PricesSeen | null;

/**
 * What a quote or a bar does to a position that is open: it is judged only on quotes with a time, and bars with a start,
 * at or after its entry. Answers the very same position where nothing happens. What a closed lot saw of a bar are the
 * steps up to its exit.
 */
export function judge(
  position: Position,
  price: Price,
  settings: Settings,
  seenBefore: SeenBefore = () => null,
): Judgement {
  const startMs = price.kind === "quote" ? price.quote.timeMs : price.bar.startMs;
  if (startMs < position.entryFill.timeMs) return { position, closes: [] };
  const steps = new Steps(position, settings, seenBefore);
  if (price.kind === "quote") takeQuote(steps, price.quote);
  else takeBar(steps, price.bar, position);
  return steps.judgement();
}

function takeQuote(steps: Steps, quote: Quote): void {
  steps.atMoment({ price: quote.price, timeMs: quote.timeMs, source: quote.source });
}

/** The order of domain.md 7: the open as a quote, the adverse extreme, the favourable extreme, the close as a quote. */
function takeBar(steps: Steps, bar: Bar, { side }: Position): void {
  const [adverse, favourable] = side === "LONG" ? [bar.low, bar.high] : [bar.high, bar.low];
  const atEnd = { timeMs: bar.endMs, source: "BAR" } as const;
  steps.atMoment({ price: bar.open, timeMs: bar.startMs, source: "BAR" });
  steps.atAdverseExtreme({ price: adverse, ...atEnd });
  steps.atFavourableExtreme({ price: favourable, ...atEnd });
  steps.atMoment({ price: bar.close, ...atEnd });
}

/** The steps of one judgement; each sees what the one before it left, and a closed position takes no more of them. */
class Steps {
  private position: Position;
  private readonly settings: Settings;
  private readonly seenBefore: SeenBefore;
  private readonly closes: Close[] = [];
  /** What the steps so far have shown. */
  private seenHere: PricesSeen | undefined;

  constructor(position: Position, settings: Settings, seenBefore: SeenBefore) {
    this.position = position;
    this.settings = settings;
    this.seenBefore = seenBefore;
  }

  judgement(): Judgement {
    return { position: this.position, closes: this.closes };
  }

  /** A quote, or a bar's open or close: everything fills at the price itself, so that a gap fills at the gapped price. */
  atMoment(moment: Moment): void {
    if (!isOpen(this.position)) return;
    const { side, stopLoss, target1, target2 } = this.position;
    const { price } = moment;
    this.see(price);
    if (!isBetter(side, price, stopLoss)) {
      this.closeAll(this.stopReason(), moment, price, isBetter(side, stopLoss, price));
    } else if (target2 !== null && isAtOrBeyond(side, price, target2)) {
      this.closeAll("TARGET_2", moment, price, isBetter(side, price, target2));
    } else if (!this.position.target1Reached && isAtOrBeyond(side, price, target1)) {
      this.reachTarget1(moment, price, isBetter(side, price, target1));
    }
    this.trail(price);
  }

  /** A stop fills at its level: what lies beyond it in the bar is not seen. */
  atAdverseExtreme(moment: Moment): void {
    if (!isOpen(this.position)) return;
    const { side, stopLoss } = this.position;
    if (!isBetter(side, moment.price, stopLoss)) this.closeAll(this.stopReason(), moment, stopLoss, false);
    else this.see(moment.price);
  }

  /** Targets fill at their levels: the extreme itself is seen by what is left after them. */
  atFavourableExtreme(moment: Moment): void {
    if (!isOpen(this.position)) return;
    const { side, target1, target2 } = this.position;
    if (!this.position.target1Reached && isAtOrBeyond(side, moment.price, target1)) {
      this.reachTarget1(moment, target1, false);
    }
    if (target2 !== null && isAtOrBeyond(side, moment.price, target2)) {
      this.closeAll("TARGET_2", moment, target2, false);
    }
    this.see(moment.price);
    this.trail(moment.price);
  }

  private stopReason(): ExitReason {
    return this.position.stopMovedBy === "TRAILING" ? "TRAILING_STOP" : "STOP_LOSS";
  }

  private closeAll(reason: ExitReason, moment: Moment, referencePrice: Decimal, gapped: boolean): void {
    const exit = { ...exitAt(reason, moment, referencePrice, gapped), seen: this.seen() };
    const close = closeAll(this.position, exit, this.settings);
    if (close !== undefined) this.take(close);
  }

  /** Once in a position's life: part of it is closed, then the stop may move to the entry price. */
  private reachTarget1(moment: Moment, referencePrice: Decimal, gapped: boolean): void {
    this.position = { ...this.position, target1Reached: true };
    const quantity = target1Quantity(this.position, this.settings);
    if (quantity.gt(0)) {
      const exit = { ...exitAt("TARGET_1", moment, referencePrice, gapped), quantity, seen: this.seen() };
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

  private see(price: Decimal): void {
    this.seenHere = this.seenHere === undefined ? seenAtEntry(price) : seenAfter(this.seenHere, price);
  }

  /** Everything that was seen up to here; null where what was before is not known. */
  private seen(): PricesSeen | null {
    const before = this.seenBefore(this.position);
    return before === null || this.seenHere === undefined ? before : seenTogether(before, this.seenHere);
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
