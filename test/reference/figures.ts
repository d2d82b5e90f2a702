// Figures of positions, sessions and accounts, each recomputed from scratch out of fills and trades.

import type { Account, Board, Milliseconds, Position, ReferencePrice, Session, Trade } from "./book.ts";
import { presentSession } from "./book.ts";
import {
  abs,
  add,
  decimal,
  div,
  format,
  ge,
  gt,
  HUNDRED,
  integer,
  lt,
  max,
  min,
  mul,
  ONE,
  q8,
  type Rational,
  rational,
  squareRoot,
  sub,
  sum,
  ZERO,
} from "./rational.ts";
import type {
  EligibilityCheckView,
  EligibilityView,
  PerformanceView,
  PositionSizeUnit,
  Side,
  WarningKind,
} from "./types.ts";

const DAY_MS = 86_400_000;
const ELIGIBLE_DAYS = 90;
const ELIGIBLE_POSITIONS = 20;
const ELIGIBLE_WIN_RATE = decimal("50");
const ELIGIBLE_R = decimal("1.5");
const WILSON_Z = rational(1_959_963_984_540_054n, 10n ** 15n);
const HALF_UNIT = rational(1n, 200_000_000n);

export const direction = (side: Side): Rational => integer(side === "LONG" ? 1 : -1);
export const unitsPerSize = (unit: PositionSizeUnit): Rational => integer(unit === "LOTS" ? 100_000 : 1);
export const percentage = (part: Rational, whole: Rational): Rational => div(mul(part, HUNDRED), whole);

// One position

export const tradedQuantity = (position: Position): Rational => sum(position.trades.map((trade) => trade.quantity));
export const remainingQuantity = (position: Position): Rational =>
  sub(position.entryFill.quantity, tradedQuantity(position));
export const isOpen = (position: Position): boolean => gt(remainingQuantity(position), ZERO);
export const entryValueLeft = (position: Position): Rational =>
  sub(position.entryFill.value, sum(position.trades.map((trade) => trade.entryValuePart)));
export const entryCommissionLeft = (position: Position): Rational =>
  sub(position.entryFill.commission, sum(position.trades.map((trade) => trade.entryCommissionPart)));
export const entrySlippageLeft = (position: Position): Rational =>
  sub(position.entryFill.slippageCost, sum(position.trades.map((trade) => trade.entrySlippagePart)));

/** The board's price for an open position; what its last exit referred to for a closed one. */
export function currentPrice(position: Position, board: Board): ReferencePrice {
  const price = isOpen(position) ? board.get(position.signal.symbol) : position.trades.at(-1)?.exitFill.reference;
  if (price === undefined) throw new Error(`no price for the position of ${position.signal.signalId}`);
  return price;
}

/** `u` of the rules: unrounded, 0 when closed. */
export function unrealizedExact(position: Position, board: Board): Rational {
  if (!isOpen(position)) return ZERO;
  const marketValue = mul(currentPrice(position, board).price, remainingQuantity(position));
  const gain = mul(direction(position.signal.side), sub(marketValue, entryValueLeft(position)));
  return sub(gain, entryCommissionLeft(position));
}

export function openRisk(position: Position): Rational {
  const distance = mul(direction(position.signal.side), sub(position.entryFill.price, position.stop));
  return mul(max(ZERO, distance), remainingQuantity(position));
}

// One session

export const openPositions = (session: Session): Position[] => session.positions.filter(isOpen);
export const realizedPnl = (trades: readonly Trade[]): Rational => sum(trades.map((trade) => trade.realizedPnl));
export const unrealizedPnl = (session: Session, board: Board): Rational =>
  q8(sum(session.positions.map((position) => unrealizedExact(position, board))));
export const equity = (session: Session, board: Board): Rational =>
  add(add(session.startingCapital, realizedPnl(session.trades)), unrealizedPnl(session, board));
export const totalOpenRisk = (positions: readonly Position[]): Rational => sum(positions.map(openRisk));

export function availableFunds(session: Session, board: Board): Rational {
  const held = openPositions(session).map((position) =>
    div(mul(currentPrice(position, board).price, remainingQuantity(position)), position.signal.leverage),
  );
  return q8(sub(equity(session, board), sum(held)));
}

/** Starting capital and every cash flow since: an entry of a LONG and an exit of a SHORT buy, the others sell. */
export function cash(session: Session): Rational {
  const entries = session.positions.map((position) => ({
    fill: position.entryFill,
    buys: position.signal.side === "LONG",
  }));
  const exits = session.trades.map((trade) => ({ fill: trade.exitFill, buys: trade.position.signal.side === "SHORT" }));
  const flows = [...entries, ...exits].map(({ fill, buys }) =>
    buys ? sub(ZERO, add(fill.value, fill.commission)) : sub(fill.value, fill.commission),
  );
  return add(session.startingCapital, sum(flows));
}

export const allFills = (session: Session) => [
  ...session.positions.map((position) => position.entryFill),
  ...session.trades.map((trade) => trade.exitFill),
];

/** Null where equity is not positive. */
export function heat(session: Session, board: Board): Rational | null {
  const equityNow = equity(session, board);
  return gt(equityNow, ZERO) ? q8(percentage(totalOpenRisk(session.positions), equityNow)) : null;
}

/** Peak and drawdown follow equity; checks on the way that equity's two forms agree. */
export function mark(session: Session, board: Board): void {
  const equityNow = equity(session, board);
  const held = openPositions(session).map((position) =>
    mul(mul(direction(position.signal.side), currentPrice(position, board).price), remainingQuantity(position)),
  );
  if (gt(abs(sub(equityNow, add(cash(session), sum(held)))), HALF_UNIT)) throw new Error("equity's two forms disagree");
  session.peakEquity = max(session.peakEquity, equityNow);
  const drawdown = q8(percentage(sub(session.peakEquity, equityNow), session.peakEquity));
  session.maxDrawdown = max(session.maxDrawdown, drawdown);
}

// Statistics of trades

const meanOrNull = (values: readonly Rational[]): Rational | null =>
  values.length === 0 ? null : div(sum(values), integer(values.length));
const formatOrNull = (value: Rational | null): string | null => (value === null ? null : format(q8(value)));
const isWin = (result: Rational): boolean => gt(result, ZERO);

export function performance(session: Session, board: Board): PerformanceView {
  const results = session.trades.map((trade) => trade.realizedPnl);
  const wins = results.filter(isWin);
  const losses = results.filter((result) => !isWin(result));
  const grossLoss = abs(sum(losses));
  return {
    totalTrades: results.length,
    winningTrades: wins.length,
    losingTrades: losses.length,
    winRate: results.length === 0 ? null : format(q8(percentage(integer(wins.length), integer(results.length)))),
    averageRMultiple: formatOrNull(meanOrNull(session.trades.map((trade) => trade.rMultiple))),
    profitFactor: gt(grossLoss, ZERO) ? format(q8(div(sum(wins), grossLoss))) : null,
    expectancy: formatOrNull(meanOrNull(results)),
    averageWin: formatOrNull(meanOrNull(wins)),
    averageLoss: formatOrNull(meanOrNull(losses)),
    largestWin: wins.length === 0 ? null : format(wins.reduce(max)),
    largestLoss: losses.length === 0 ? null : format(losses.reduce(min)),
    totalReturn: format(q8(percentage(sub(equity(session, board), session.startingCapital), session.startingCapital))),
    maxDrawdown: format(session.maxDrawdown),
  };
}

// Eligibility

/** A closed position's R: the mean of its trades' weighted by quantity, unrounded. */
const positionR = (position: Position): Rational =>
  div(sum(position.trades.map((trade) => mul(trade.rMultiple, trade.quantity))), tradedQuantity(position));

/** The 95 % interval of a proportion, in percent, unrounded. */
function wilson(wins: number, count: number): { low: Rational; high: Rational } {
  const n = integer(count);
  const p = div(integer(wins), n);
  const zSquared = mul(WILSON_Z, WILSON_Z);
  const centre = add(p, div(zSquared, mul(integer(2), n)));
  const variance = add(div(mul(p, sub(ONE, p)), n), div(zSquared, mul(integer(4), mul(n, n))));
  const reach = mul(WILSON_Z, squareRoot(variance));
  const scale = div(HUNDRED, add(ONE, div(zSquared, n)));
  return { low: mul(sub(centre, reach), scale), high: mul(add(centre, reach), scale) };
}

function standardError(values: readonly Rational[]): Rational | null {
  const mean = meanOrNull(values);
  if (mean === null || values.length < 2) return null;
  const squares = values.map((value) => mul(sub(value, mean), sub(value, mean)));
  return squareRoot(div(div(sum(squares), integer(values.length - 1)), integer(values.length)));
}

function checksOf(
  days: number,
  count: number,
  winRate: Rational | null,
  averageR: Rational | null,
): EligibilityCheckView[] {
  return [
    { criterion: "DURATION", required: String(ELIGIBLE_DAYS), actual: String(days), passed: days >= ELIGIBLE_DAYS },
    {
      criterion: "POSITION_COUNT",
      required: String(ELIGIBLE_POSITIONS),
      actual: String(count),
      passed: count >= ELIGIBLE_POSITIONS,
    },
    {
      criterion: "WIN_RATE",
      required: format(ELIGIBLE_WIN_RATE),
      actual: formatOrNull(winRate),
      passed: winRate !== null && gt(winRate, ELIGIBLE_WIN_RATE),
    },
    {
      criterion: "AVERAGE_R_MULTIPLE",
      required: format(ELIGIBLE_R),
      actual: formatOrNull(averageR),
      passed: averageR !== null && gt(averageR, ELIGIBLE_R),
    },
  ];
}

function warningsOf(
  results: readonly Rational[],
  interval: { low: Rational; high: Rational } | null,
  session: number,
): WarningKind[] {
  const warnings: WarningKind[] = [];
  if (interval !== null && lt(interval.low, ELIGIBLE_WIN_RATE) && gt(interval.high, ELIGIBLE_WIN_RATE)) {
    warnings.push("WIN_RATE_INTERVAL_SPANS_THRESHOLD");
  }
  const wins = results.filter(isWin);
  if (wins.length > 0 && gt(mul(wins.reduce(max), integer(2)), sum(wins)))
    warnings.push("ONE_POSITION_MAKES_MOST_PROFIT");
  if (session > 1) warnings.push("EARLIER_SESSIONS");
  return warnings;
}

export function eligibility(account: Account | undefined, now: Milliseconds): EligibilityView {
  if (account === undefined) {
    return {
      eligible: false,
      reason: "The account has not been started.",
      daysCompleted: 0,
      daysRemaining: ELIGIBLE_DAYS,
      progressPercentage: "0",
      checks: checksOf(0, 0, null, null),
      winRateLow: null,
      winRateHigh: null,
      averageRMultipleStandardError: null,
      warnings: [],
    };
  }
  const session = presentSession(account);
  const days = Math.floor((now - session.startedAt) / DAY_MS);
  const closed = session.positions.filter((position) => !isOpen(position));
  const results = closed.map((position) => realizedPnl(position.trades));
  const wins = results.filter(isWin).length;
  const rs = closed.map(positionR);
  const winRate = closed.length === 0 ? null : percentage(integer(wins), integer(closed.length));
  const checks = checksOf(days, closed.length, winRate, meanOrNull(rs));
  const interval = closed.length === 0 ? null : wilson(wins, closed.length);
  const progress = q8(percentage(integer(days), integer(ELIGIBLE_DAYS)));
  return {
    eligible: checks.every((check) => check.passed),
    reason: null,
    daysCompleted: days,
    daysRemaining: Math.max(0, ELIGIBLE_DAYS - days),
    progressPercentage: ge(progress, HUNDRED) ? "100" : format(progress),
    checks,
    winRateLow: formatOrNull(interval?.low ?? null),
    winRateHigh: formatOrNull(interval?.high ?? null),
    averageRMultipleStandardError: formatOrNull(standardError(rs)),
    warnings: warningsOf(results, interval, session.number),
  };
}
