// Deciding a signal against a book: routing, price, size and risk, in the order of domain.md 6.

import type { Draft } from "./book.ts";
import { type Decimal, formatDecimal } from "./decimal.ts";
import type { PriceOf } from "./exposure.ts";
import { availableFundsOf } from "./figures.ts";
import { type Fill, fillOrder, fillPrice, referenceOf, tradingOf } from "./fill.ts";
import { OPEN_POSITIONS_MAX } from "./limits.ts";
import type { SignalOutcome } from "./log.ts";
import { isBetter, signOf, sizeStep, unitSizeOf } from "./position.ts";
import type { Quote } from "./price.ts";
import { type Rejection, type RejectionCode, type RiskState, rejection, violations } from "./risk.ts";
import { routeOf } from "./routing.ts";
import type { Signal } from "./signal.ts";
import { largestSize, riskOfSize, type Sizing } from "./sizing.ts";

/** What a decision needs besides the book: the signal and its hash, the time, and the board's prices. */
export interface Decision {
  readonly signal: Signal;
  readonly contentHash: string;
  readonly nowMs: number;
  /** The board's quote of the signal's symbol. */
  readonly quote: Quote | undefined;
  readonly priceOf: PriceOf;
  /** Whether a live route is configured; without it nothing is ever routed live. */
  readonly hasLiveRoute?: boolean;
}

type Verdict =
  | { readonly kind: "fill"; readonly fill: Fill }
  | { readonly kind: "reject"; readonly rejections: readonly Rejection[] };

/**
 * Decides a signal whose id is new to the account: books its effects in the draft and answers its outcome.
 * A position is followed by a mark.
 */
export function decideSignal(draft: Draft, decision: Decision): SignalOutcome {
  const route = routeOf(draft, decision.nowMs, decision.hasLiveRoute ?? false);
  if (route.kind === "live") return recordOutcome(draft, decision, { status: "ROUTED_LIVE" });
  if (route.kind === "nowhere") {
    return recordOutcome(draft, decision, { status: "SKIPPED", skipReason: route.skipReason });
  }
  const verdict = judgeSignal(draft, decision);
  if (verdict.kind === "reject") {
    return recordOutcome(draft, decision, { status: "REJECTED", rejections: verdict.rejections });
  }
  const position = draft.open(decision.signal, verdict.fill);
  const outcome = recordOutcome(draft, decision, { status: "FILLED", positionNumber: position.number });
  draft.mark(decision.priceOf, decision.nowMs);
  return outcome;
}

type Result = Pick<SignalOutcome, "status"> &
  Partial<Pick<SignalOutcome, "rejections" | "skipReason" | "positionNumber">>;

function recordOutcome(draft: Draft, decision: Decision, result: Result): SignalOutcome {
  const outcome: SignalOutcome = {
    accountId: draft.account.accountId,
    session: draft.account.session,
    sequence: result.positionNumber ?? draft.account.sequence + 1,
    signal: decision.signal,
    contentHash: decision.contentHash,
    rejections: [],
    skipReason: null,
    positionNumber: null,
    receivedAtMs: decision.nowMs,
    ...result,
  };
  draft.record(outcome);
  return outcome;
}

/** Steps 3 to 6. Steps 3 to 5 end with the first thing they find; step 6 collects all. */
function judgeSignal(draft: Draft, decision: Decision): Verdict {
  const { signal, quote, nowMs, priceOf } = decision;
  const { settings, exposure } = draft;
  if (signal.expiresAtMs !== null && signal.expiresAtMs <= nowMs) {
    return reject("SIGNAL_EXPIRED", `The signal expired at ${iso(signal.expiresAtMs)}; it is ${iso(nowMs)}.`);
  }
  if (quote === undefined) return reject("PRICE_UNAVAILABLE", `The board has no price for ${signal.symbol}.`);
  const price = fillPrice(tradingOf(signal.side, "ENTER"), quote.price, settings);
  const atPrice = judgePrice(signal, quote, price, settings.maxPriceAge, nowMs);
  if (atPrice !== undefined) return atPrice;

  const equity = draft.equity(priceOf);
  if (equity.lte(0)) return reject("NO_EQUITY", `The account's equity is ${formatDecimal(equity)} USD.`);
  if (exposure.openPositions >= OPEN_POSITIONS_MAX) {
    return reject("TOO_MANY_POSITIONS", `The account has ${OPEN_POSITIONS_MAX} open positions, the most allowed.`);
  }
  const state: RiskState = {
    equity,
    availableFunds: availableFundsOf(equity, exposure, priceOf),
    openRisk: exposure.openRisk,
    campaignRisk: signal.campaignId === null ? null : exposure.campaignRisk(signal.campaignId),
  };
  const sizing = sizingOf(signal, price);
  const size = signal.positionSize ?? largestSize(sizing, state, settings);
  if (size.isZero()) {
    return reject("SIZE_ZERO", "Not even the smallest size is within the risk of a trade and the available funds.");
  }
  const rejections = violations(riskOfSize(size, sizing, settings), state, settings);
  if (rejections.length > 0) return { kind: "reject", rejections };
  return { kind: "fill", fill: entryFill(draft, signal, quote, size, nowMs) };
}

function judgePrice(
  signal: Signal,
  quote: Quote,
  price: Decimal,
  maxPriceAgeSeconds: number,
  nowMs: number,
): Verdict | undefined {
  const ageMs = nowMs - quote.timeMs;
  if (ageMs > maxPriceAgeSeconds * 1000) {
    const message = `The price of ${signal.symbol} is of ${iso(quote.timeMs)}, ${ageMs / 1000} seconds old; ${maxPriceAgeSeconds} are allowed.`;
    return reject("PRICE_STALE", message);
  }
  const at = `The fill would be at ${formatDecimal(price)}`;
  if (!isBetter(signal.side, price, signal.stopLoss)) {
    return reject("PRICE_BEYOND_STOP", `${at}, at or beyond the stop at ${formatDecimal(signal.stopLoss)}.`);
  }
  if (!isBetter(signal.side, signal.target1, price)) {
    return reject("PRICE_BEYOND_TARGET", `${at}, at or beyond target 1 at ${formatDecimal(signal.target1)}.`);
  }
  return undefined;
}

function sizingOf(signal: Signal, price: Decimal): Sizing {
  return {
    fillPrice: price,
    riskPerUnit: price.minus(signal.stopLoss).times(signOf(signal.side)),
    leverage: signal.leverage,
    unitSize: unitSizeOf(signal.positionSizeUnit),
    step: sizeStep(signal.assetClass),
  };
}

function entryFill(draft: Draft, signal: Signal, quote: Quote, size: Decimal, nowMs: number): Fill {
  const unitSize = unitSizeOf(signal.positionSizeUnit);
  return fillOrder(
    {
      trading: tradingOf(signal.side, "ENTER"),
      reference: referenceOf(quote),
      quantity: size.times(unitSize),
      unitSize,
      timeMs: nowMs,
      gapped: false,
    },
    draft.settings,
  );
}

function reject(code: RejectionCode, message: string): Verdict {
  return { kind: "reject", rejections: [rejection(code, message)] };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
