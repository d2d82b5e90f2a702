// The built-in strategy: follows a price that leaves the channel of its last bars, with a stop by the usual range of a bar.
import type { BreakoutRecord } from "../../backtestPorts.ts";
import {
  Decimal,
  type Decimal as DecimalType,
  decimal,
  formatDecimal,
  max,
  min,
  ONE,
  q8,
} from "../../domain/decimal.ts";
import { AMOUNT_LIMIT } from "../../domain/limits.ts";
import type { Bar } from "../../domain/price.ts";
import type { PositionSizeUnit } from "../../domain/signal.ts";
import type { AccountSignalInput } from "../../services/executeSignals.ts";
import { WindowExtreme } from "./windowExtreme.ts";

/** What the strategy thinks is open; it hears no answers of the desk. */
interface Idea {
  readonly isLong: boolean;
  readonly stop: DecimalType;
  readonly target2: DecimalType;
}

const UNITS: Readonly<Record<BreakoutRecord["assetClass"], PositionSizeUnit>> = {
  STOCK: "SHARES",
  FOREX: "LOTS",
  CRYPTO: "SHARES",
};

/**
 * One symbol's side of the strategy: what it sends depends on the bars it was given, and on nothing else.
 * - It enters LONG at a close above the highest high of the `entryBars` bars before, and, where it is allowed, SHORT at one
 *   below their lowest low (the Donchian channel: C. Faith, "The Original Turtle Trading Rules", 2003).
 * - The stop is `stopRanges` times the average true range of the last `rangeBars` bars away from the close: the plain mean
 *   of max(high, close before) − min(low, close before) (J. W. Wilder, "New Concepts in Technical Trading Systems", 1978).
 * - Targets are `target1Risks` and `target2Risks` times the distance of the stop away; the size is left to the desk.
 * - It sends nothing until a bar after the signal has reached the stop or target 2.
 */
export class Breakout {
  private readonly parameters: BreakoutRecord;
  private readonly highs: WindowExtreme;
  private readonly lows: WindowExtreme;
  private readonly ranges: DecimalType[] = [];
  private rangeSum: DecimalType = new Decimal(0);
  private lastClose: DecimalType | undefined;
  private idea: Idea | undefined;
  private sent = 0;

  constructor(parameters: BreakoutRecord) {
    this.parameters = parameters;
    this.highs = new WindowExtreme(parameters.entryBars, (a, b) => a.gte(b));
    this.lows = new WindowExtreme(parameters.entryBars, (a, b) => a.lte(b));
  }

  /** The signal at the end of a bar; undefined where there is none. Bars come in the order of their starts. */
  next(bar: Bar): AccountSignalInput | undefined {
    const side = this.sideOf(bar);
    this.takeRange(bar);
    this.highs.push(bar.high);
    this.lows.push(bar.low);
    if (this.idea !== undefined) {
      if (isOver(this.idea, bar)) this.idea = undefined;
      return undefined;
    }
    return side === undefined ? undefined : this.enter(side === "LONG", bar);
  }

  /** Where the close lies, seen from the channel of the bars before. */
  private sideOf({ close }: Bar): "LONG" | "SHORT" | undefined {
    const highest = this.highs.whole();
    const lowest = this.lows.whole();
    if (highest === undefined || lowest === undefined) return undefined;
    if (close.gt(highest)) return "LONG";
    return this.parameters.allowShort && close.lt(lowest) ? "SHORT" : undefined;
  }

  private takeRange({ high, low, close }: Bar): void {
    if (this.lastClose !== undefined) {
      const range = max(high, this.lastClose).minus(min(low, this.lastClose));
      this.ranges.push(range);
      this.rangeSum = this.rangeSum.plus(range);
    }
    if (this.ranges.length > this.parameters.rangeBars) {
      this.rangeSum = this.rangeSum.minus(this.ranges.shift() ?? 0);
    }
    this.lastClose = close;
  }

  private enter(isLong: boolean, bar: Bar): AccountSignalInput | undefined {
    const { rangeBars, stopRanges, target1Risks, target2Risks, assetClass } = this.parameters;
    if (this.ranges.length < rangeBars) return undefined;
    const risk = q8(this.rangeSum.div(rangeBars).times(decimal(stopRanges)));
    const away = (risks: DecimalType): DecimalType =>
      q8(isLong ? bar.close.plus(risk.times(risks)) : bar.close.minus(risk.times(risks)));
    const stop = away(ONE.neg());
    const target1 = away(decimal(target1Risks));
    const target2 = away(decimal(target2Risks));
    // Where the range is next to nothing, rounding leaves no stop or no target beside the close; a price of 0 or less is none.
    if ([stop, target1].some((level) => level.eq(bar.close))) return undefined;
    if (![stop, target1, target2].every(isPrice)) return undefined;
    this.idea = { isLong, stop, target2 };
    this.sent += 1;
    const close = formatDecimal(bar.close);
    return {
      signalId: `breakout-${bar.symbol.replaceAll("/", ":")}-${this.sent}`,
      symbol: bar.symbol,
      assetClass,
      side: isLong ? "LONG" : "SHORT",
      entryPrice: close,
      stopLoss: formatDecimal(stop),
      target1: formatDecimal(target1),
      ...(target2.eq(target1) ? {} : { target2: formatDecimal(target2) }),
      positionSizeUnit: UNITS[assetClass],
      marketPrice: close,
      source: "breakout",
      generatedAt: new Date(bar.endMs),
    };
  }
}

function isOver({ isLong, stop, target2 }: Idea, { low, high }: Bar): boolean {
  return isLong ? low.lte(stop) || high.gte(target2) : high.gte(stop) || low.lte(target2);
}

function isPrice(value: DecimalType): boolean {
  return value.gt(0) && value.lt(AMOUNT_LIMIT);
}
