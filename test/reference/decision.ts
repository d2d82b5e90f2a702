// Decides a valid signal for an enabled or disabled account, in the order of the rules, and opens what is filled.

import {
  type Account,
  type Board,
  type DecidedSignal,
  type Milliseconds,
  type Position,
  presentSession,
  type ReferencePrice,
  type Rejection,
  record,
  type ValidSignal,
} from "./book.ts";
import { fill, fillPrice, sizeStep } from "./exits.ts";
import {
  availableFunds,
  direction,
  equity,
  mark,
  openPositions,
  percentage,
  totalOpenRisk,
  unitsPerSize,
} from "./figures.ts";
import {
  add,
  div,
  floor,
  gt,
  HUNDRED,
  integer,
  le,
  lt,
  mul,
  q8,
  type Rational,
  rational,
  sub,
  ZERO,
} from "./rational.ts";
import type { RejectionCode, SignalStatus } from "./types.ts";

const OPEN_POSITIONS_MAX = 10_000;
const SIZE_BOUND = integer(1_000_000_000_000n);

/** What the account would trade on: the reference price and what a fill there costs and risks for each size. */
interface Terms {
  readonly reference: ReferencePrice;
  readonly equity: Rational;
  readonly available: Rational;
  riskOf(size: Rational): Rational;
  requiredOf(size: Rational): Rational;
}

const plain = (code: RejectionCode): Rejection => ({ code, limit: null, actual: null, excess: null });

/** Steps 3 to 5 up to the size: the first thing that speaks against the signal, or the terms. */
function termsOf(account: Account, board: Board, now: Milliseconds, signal: ValidSignal): Rejection | Terms {
  const { settings } = account;
  const session = presentSession(account);
  if (signal.expiresAt !== null && signal.expiresAt <= now) return plain("SIGNAL_EXPIRED");
  const reference = board.get(signal.symbol);
  if (reference === undefined) return plain("PRICE_UNAVAILABLE");
  if (now - reference.time > settings.maxPriceAge * 1000) return plain("PRICE_STALE");

  const price = fillPrice(signal.side === "LONG", reference.price, settings);
  const riskPerUnit = mul(direction(signal.side), sub(price, signal.stopLoss));
  if (le(riskPerUnit, ZERO)) return plain("PRICE_BEYOND_STOP");
  if (le(mul(direction(signal.side), sub(signal.target1, price)), ZERO)) return plain("PRICE_BEYOND_TARGET");

  const equityNow = equity(session, board);
  if (le(equityNow, ZERO)) return plain("NO_EQUITY");
  if (openPositions(session).length >= OPEN_POSITIONS_MAX) return plain("TOO_MANY_POSITIONS");

  const quantityOf = (size: Rational): Rational => mul(size, unitsPerSize(signal.positionSizeUnit));
  return {
    reference,
    equity: equityNow,
    available: availableFunds(session, board),
    riskOf: (size) => mul(riskPerUnit, quantityOf(size)),
    requiredOf: (size) => {
      const value = q8(mul(price, quantityOf(size)));
      const commission = q8(mul(size, settings.commissionPerShare));
      return q8(add(div(value, signal.leverage), commission));
    },
  };
}

const exceeds = (risk: Rational, limit: Rational, equityNow: Rational): boolean =>
  gt(mul(risk, HUNDRED), mul(limit, equityNow));

/** The largest multiple of the step whose risk and cost the account can bear; 0 where there is none. */
function chooseSize(account: Account, signal: ValidSignal, terms: Terms): Rational {
  const step = sizeStep(signal.assetClass);
  const sizeOf = (steps: bigint): Rational => mul(rational(steps), step);
  const fits = (steps: bigint): boolean =>
    lt(sizeOf(steps), SIZE_BOUND) &&
    !exceeds(terms.riskOf(sizeOf(steps)), account.settings.maxTradeRisk, terms.equity) &&
    !gt(terms.requiredOf(sizeOf(steps)), terms.available);
  let low = 0n; // 0 stands for no size at all
  let high = floor(div(SIZE_BOUND, step)); // does not fit: it is the bound itself
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return sizeOf(low);
}

/** Step 6: every limit that the trade would break. */
function violations(account: Account, signal: ValidSignal, terms: Terms, size: Rational): Rejection[] {
  const { settings } = account;
  const open = openPositions(presentSession(account));
  const risk = terms.riskOf(size);
  const found: Rejection[] = [];
  const check = (code: RejectionCode, total: Rational, limit: Rational): void => {
    if (!exceeds(total, limit, terms.equity)) return;
    const actual = q8(percentage(total, terms.equity));
    found.push({ code, limit, actual, excess: sub(actual, limit) });
  };
  check("TRADE_RISK", risk, settings.maxTradeRisk);
  check("PORTFOLIO_HEAT", add(totalOpenRisk(open), risk), settings.maxPortfolioHeat);
  if (signal.campaignId !== null) {
    const campaign = open.filter((position) => position.signal.campaignId === signal.campaignId);
    check("CAMPAIGN_RISK", add(totalOpenRisk(campaign), risk), settings.maxCampaignRisk);
  }
  const required = terms.requiredOf(size);
  if (gt(required, terms.available)) {
    found.push({
      code: "INSUFFICIENT_FUNDS",
      limit: terms.available,
      actual: required,
      excess: sub(required, terms.available),
    });
  }
  return found;
}

function open(account: Account, signal: ValidSignal, terms: Terms, size: Rational, now: Milliseconds): Position {
  const entryFill = fill(
    {
      buys: signal.side === "LONG",
      quantity: mul(size, unitsPerSize(signal.positionSizeUnit)),
      unit: signal.positionSizeUnit,
      reference: terms.reference,
      time: now,
      gapped: false,
    },
    account.settings,
  );
  const session = presentSession(account);
  const position: Position = {
    signal,
    session: session.number,
    entryFill,
    stop: signal.stopLoss,
    stopLastMovedBy: null,
    target1Reached: false,
    bestPrice: null,
    seen: [entryFill.price],
    trades: [],
    requests: new Map(),
  };
  session.positions.push(position);
  record(account, now, { type: "PositionOpened", signalId: signal.signalId });
  return position;
}

/** Decides a signal whose id is new to the account, with all its effects. */
export function decide(account: Account, board: Board, now: Milliseconds, signal: ValidSignal): DecidedSignal {
  const finish = (status: SignalStatus, rejections: readonly Rejection[], position: Position | null): DecidedSignal => {
    const decided: DecidedSignal = { signal, status, rejections, session: presentSession(account).number, position };
    account.signals.push(decided);
    if (position === null) record(account, now, { type: "SignalDeclined", signalId: signal.signalId });
    return decided;
  };
  if (!account.enabled) return finish("SKIPPED", [], null);
  const terms = termsOf(account, board, now, signal);
  if ("code" in terms) return finish("REJECTED", [terms], null);
  const size = signal.positionSize ?? chooseSize(account, signal, terms);
  if (le(size, ZERO)) return finish("REJECTED", [plain("SIZE_ZERO")], null);
  const rejections = violations(account, signal, terms, size);
  if (rejections.length > 0) return finish("REJECTED", rejections, null);
  const position = open(account, signal, terms, size, now);
  mark(presentSession(account), board);
  return finish("FILLED", [], position);
}
