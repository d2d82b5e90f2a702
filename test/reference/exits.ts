// Fills (fill model 1) and exits: what a price, a bar, an expiry or a hand does to open positions.

import {
  type Account,
  type Bar,
  type Board,
  type Fill,
  type Milliseconds,
  type Position,
  presentSession,
  type ReferencePrice,
  record,
  type Settings,
  type Trade,
} from "./book.ts";
import {
  direction,
  entryCommissionLeft,
  entrySlippageLeft,
  entryValueLeft,
  isOpen,
  mark,
  openPositions,
  remainingQuantity,
  unitsPerSize,
} from "./figures.ts";
import {
  abs,
  add,
  decimal,
  div,
  eq,
  floor,
  gt,
  HUNDRED,
  le,
  lt,
  min,
  mul,
  ONE,
  q8,
  type Rational,
  rational,
  sub,
  ZERO,
} from "./rational.ts";
import type { AssetClass, ExitReason, PositionSizeUnit, Side } from "./types.ts";

export interface FillRequest {
  readonly buys: boolean;
  readonly quantity: Rational;
  readonly unit: PositionSizeUnit;
  readonly reference: ReferencePrice;
  readonly time: Milliseconds;
  readonly gapped: boolean;
}

export function fillPrice(buys: boolean, reference: Rational, settings: Settings): Rational {
  const slippage = settings.useRealisticFills ? div(settings.slippagePercentage, HUNDRED) : ZERO;
  return q8(mul(reference, buys ? add(ONE, slippage) : sub(ONE, slippage)));
}

export function fill(request: FillRequest, settings: Settings): Fill {
  const { quantity, reference } = request;
  const price = fillPrice(request.buys, reference.price, settings);
  const size = div(quantity, unitsPerSize(request.unit));
  return {
    price,
    quantity,
    value: q8(mul(price, quantity)),
    time: request.time,
    reference,
    gapped: request.gapped,
    commission: q8(mul(size, settings.commissionPerShare)),
    slippageCost: q8(mul(abs(sub(price, reference.price)), quantity)),
  };
}

/** The step of a size that the desk chooses, in units of the size. */
export function sizeStep(assetClass: AssetClass): Rational {
  switch (assetClass) {
    case "STOCK":
      return ONE;
    case "FOREX":
      return decimal("0.01");
    case "CRYPTO":
      return decimal("0.00000001");
  }
}

/** True where `a` is strictly better than `b` for who holds this side. */
const better = (side: Side, a: Rational, b: Rational): boolean => (side === "LONG" ? gt(a, b) : lt(a, b));

interface Exit {
  readonly quantity: Rational;
  readonly reason: ExitReason;
  readonly reference: ReferencePrice;
  readonly time: Milliseconds;
  readonly gapped: boolean;
}

/** Closes one lot: an exit fill, a trade, an event. */
export function closeLot(account: Account, position: Position, exit: Exit): Trade {
  const { side, positionSizeUnit } = position.signal;
  const { entryFill } = position;
  const isLast = eq(exit.quantity, remainingQuantity(position));
  const part = (whole: Rational, left: Rational): Rational =>
    isLast ? left : q8(div(mul(whole, exit.quantity), entryFill.quantity));
  const entryValuePart = part(entryFill.value, entryValueLeft(position));
  const entryCommissionPart = part(entryFill.commission, entryCommissionLeft(position));
  const entrySlippagePart = part(entryFill.slippageCost, entrySlippageLeft(position));
  const exitFill = fill({ ...exit, buys: side === "SHORT", unit: positionSizeUnit }, account.settings);
  const realizedPnl =
    side === "LONG"
      ? sub(sub(exitFill.value, exitFill.commission), add(entryValuePart, entryCommissionPart))
      : sub(sub(entryValuePart, entryCommissionPart), add(exitFill.value, exitFill.commission));
  const gainPerUnit = mul(direction(side), sub(exitFill.price, entryFill.price));
  const riskPerUnit = abs(sub(entryFill.price, position.signal.stopLoss));
  const trade: Trade = {
    position,
    quantity: exit.quantity,
    exitFill,
    exitReason: exit.reason,
    entryValuePart,
    entryCommissionPart,
    entrySlippagePart,
    realizedPnl,
    rMultiple: q8(div(gainPerUnit, riskPerUnit)),
    seen: [...position.seen, exit.reference.price],
  };
  position.trades.push(trade);
  presentSession(account).trades.push(trade);
  record(account, exit.time, { type: "TradeClosed", signalId: position.signal.signalId });
  return trade;
}

function closeRest(account: Account, position: Position, exit: Omit<Exit, "quantity">): Trade {
  return closeLot(account, position, { ...exit, quantity: remainingQuantity(position) });
}

function closeAtStop(account: Account, position: Position, reference: ReferencePrice): void {
  closeRest(account, position, {
    reason: position.stopLastMovedBy === "TRAILING" ? "TRAILING_STOP" : "STOP_LOSS",
    reference,
    time: reference.time,
    gapped: better(position.signal.side, position.stop, reference.price),
  });
}

function closeAtTarget2(account: Account, position: Position, target2: Rational, reference: ReferencePrice): void {
  closeRest(account, position, {
    reason: "TARGET_2",
    reference,
    time: reference.time,
    gapped: better(position.signal.side, reference.price, target2),
  });
}

/** The part of the original quantity that is closed at target 1. */
function target1Quantity(position: Position, settings: Settings): Rational {
  const { signal, entryFill } = position;
  const remaining = remainingQuantity(position);
  if (signal.target2 === null || eq(settings.target1Fraction, ONE)) return remaining;
  const step = mul(sizeStep(signal.assetClass), unitsPerSize(signal.positionSizeUnit));
  const steps = floor(div(mul(entryFill.quantity, settings.target1Fraction), step));
  return min(mul(rational(steps), step), remaining);
}

function reachTarget1(account: Account, position: Position, reference: ReferencePrice): void {
  const { side, target1 } = position.signal;
  const quantity = target1Quantity(position, account.settings);
  position.target1Reached = true;
  if (gt(quantity, ZERO)) {
    closeLot(account, position, {
      quantity,
      reason: "TARGET_1",
      reference,
      time: reference.time,
      gapped: better(side, reference.price, target1),
    });
  }
  const entryPrice = position.entryFill.price;
  if (isOpen(position) && account.settings.breakevenAfterTarget1 && better(side, entryPrice, position.stop)) {
    position.stop = entryPrice;
    position.stopLastMovedBy = "BREAKEVEN";
  }
}

/** Lets the trailing stop follow a price, after the exits of that step. */
function trail(position: Position, price: Rational): void {
  const { side, trailingStop } = position.signal;
  if (trailingStop === null || !isOpen(position)) return;
  if (position.bestPrice === null && better(side, trailingStop.activation, price)) return;
  if (position.bestPrice === null || better(side, price, position.bestPrice)) position.bestPrice = price;
  const stop = sub(position.bestPrice, mul(direction(side), trailingStop.offset));
  if (better(side, stop, position.stop)) {
    position.stop = stop;
    position.stopLastMovedBy = "TRAILING";
  }
}

/** One open position on one quote, or on a bar's open or close. */
function judgePrice(account: Account, position: Position, reference: ReferencePrice): void {
  const { side, target1, target2 } = position.signal;
  const { price } = reference;
  position.seen.push(price);
  if (!better(side, price, position.stop)) closeAtStop(account, position, reference);
  else if (target2 !== null && !better(side, target2, price)) closeAtTarget2(account, position, target2, reference);
  else if (!position.target1Reached && !better(side, target1, price)) reachTarget1(account, position, reference);
  trail(position, price);
}

/** One open position through a whole bar. */
function judgeBar(account: Account, position: Position, bar: Bar): void {
  const { side, target1, target2 } = position.signal;
  const adverse = side === "LONG" ? bar.low : bar.high;
  const favourable = side === "LONG" ? bar.high : bar.low;
  const atEnd = (price: Rational): ReferencePrice => ({ price, source: "BAR", time: bar.end });

  judgePrice(account, position, { price: bar.open, source: "BAR", time: bar.start });
  if (!isOpen(position)) return;
  if (!better(side, adverse, position.stop)) {
    closeAtStop(account, position, atEnd(position.stop));
    return;
  }
  position.seen.push(adverse);
  if (!position.target1Reached && !better(side, target1, favourable)) reachTarget1(account, position, atEnd(target1));
  if (isOpen(position) && target2 !== null && !better(side, target2, favourable)) {
    closeAtTarget2(account, position, target2, atEnd(target2));
  }
  position.seen.push(favourable);
  trail(position, favourable);
  if (isOpen(position)) judgePrice(account, position, atEnd(bar.close));
}

/** Closes what has expired by `time`; `own` is the price of the symbol that brought the time, others take the board's. */
function expire(
  account: Account,
  board: Board,
  time: Milliseconds,
  own: { symbol: string; reference: ReferencePrice } | null,
): void {
  for (const position of openPositions(presentSession(account))) {
    const { expiresAt, symbol } = position.signal;
    if (expiresAt === null || expiresAt > time) continue;
    const reference = own?.symbol === symbol ? own.reference : boardPrice(board, symbol);
    closeRest(account, position, { reason: "EXPIRED", reference, time, gapped: false });
  }
}

function boardPrice(board: Board, symbol: string): ReferencePrice {
  const price = board.get(symbol);
  if (price === undefined) throw new Error(`no price for ${symbol}`);
  return price;
}

const judgedFrom = (account: Account, symbol: string, time: Milliseconds): Position[] =>
  openPositions(presentSession(account)).filter(
    (position) => position.signal.symbol === symbol && position.entryFill.time <= time,
  );

/** Everything that an accepted quote does to one account; the board already holds it. */
export function workThroughQuote(account: Account, board: Board, symbol: string): void {
  const reference = boardPrice(board, symbol);
  expire(account, board, reference.time, { symbol, reference });
  for (const position of judgedFrom(account, symbol, reference.time)) judgePrice(account, position, reference);
  mark(presentSession(account), board);
}

/** Everything that an accepted bar does to one account; the board already holds its close. */
export function workThroughBar(account: Account, board: Board, bar: Bar): void {
  const open: ReferencePrice = { price: bar.open, source: "BAR", time: bar.start };
  expire(account, board, bar.start, { symbol: bar.symbol, reference: open });
  for (const position of judgedFrom(account, bar.symbol, bar.start)) judgeBar(account, position, bar);
  expire(account, board, bar.end, null);
  mark(presentSession(account), board);
}

/** Closes all that is open at the board's prices; answers how many trades that made. */
export function closeAll(account: Account, board: Board, now: Milliseconds, reason: "MANUAL" | "RESET"): number {
  const session = presentSession(account);
  const open = openPositions(session);
  for (const position of open) {
    closeRest(account, position, {
      reason,
      reference: boardPrice(board, position.signal.symbol),
      time: now,
      gapped: false,
    });
  }
  mark(session, board);
  return open.length;
}

/** Closes a part (or, with null, all) of one position by hand. */
export function closeByHand(
  account: Account,
  board: Board,
  position: Position,
  now: Milliseconds,
  quantity: Rational | null,
): Trade {
  const left = remainingQuantity(position);
  if (quantity !== null && !le(quantity, left)) throw new Error("more than what is left");
  const reference = boardPrice(board, position.signal.symbol);
  const trade = closeLot(account, position, {
    quantity: quantity ?? left,
    reason: "MANUAL",
    reference,
    time: now,
    gapped: false,
  });
  mark(presentSession(account), board);
  return trade;
}
