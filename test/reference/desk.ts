// The reference desk: an independent, slow and plain model of the rules, that answers are checked against.
//
// Everything is worked through one after another on the feed's clock, and every figure is recomputed from fills.
// Errors of a whole request (a wrong JSON type, an unknown enum value, a malformed time, too long a batch) are not
// modelled: a malformed time throws, the rest must not be sent.
//
// Where the rules are open, this is what was chosen:
//  1. Malformed input is told before AccountNotFound, PositionNotFound or a replay; of a repeated reset too.
//  2. Paths are relative to the mutation's input: ["settings", "maxTradeRisk"], ["name"], ["stopLoss"].
//  3. Prices out of order: the stop against the entry is ["stopLoss"], target 1 against the entry ["target1"], target 2
//     against target 1 ["target2"]; a price that is broken itself is not compared. A side that contradicts the pattern
//     is ["side"], and the order of the prices is still judged by the side that was given.
//  4. `XXX` of a forex symbol is three capital letters. Nothing bounds campaignId, phase, timeframe, source, requestId.
//  5. JSON of a signal is compared whatever the order of its keys; its size is that of JSON.stringify in UTF-8.
//  6. A volume may be 0 and has no bound, a negative or malformed one refuses the price; bid and ask follow the bounds
//     of prices and are not compared with each other. A quote's or bar's symbol must match the pattern of a signal's.
//  7. The board and the clock are one for all accounts; an accepted price is worked through account by account.
//  8. An event's market time: the entry's or exit's fill time; the clock's for SignalDeclined and AccountChanged.
//  9. A rejection outside the four of step 6 carries no limit, actual or excess.
// 10. A reset of any session that has ended is a repetition, whatever its settings: replayed, with the account as it is
//     now. A session that has not begun is a SessionMismatch.
// 11. enable with settings that the existing account does not have: InvalidInput for each, and nothing is switched on.
// 12. closePosition that names no quantity and one that names all that is left are different content of a request id.
//     A request id given without a quantity is remembered too. A repetition shows the position as it is now. On a
//     closed position "already closed" is told before "more than what is left".
// 13. A closed position's stop does not move: no breakeven after target 1 closed all that was left.
// 14. The position's commissionPaid and slippageCost sum its whole entry fill and all its exit fills.
// 15. averageRMultiple, and a closed position's R, are means of the stored (rounded) R of trades.
// 16. averageLoss and largestLoss are signed (0 or below); profitFactor is null where gross losses are 0.
// 17. The interval spans the threshold if low < 50 < high; one position makes most of the profit if its result is more
//     than half of the sum of the winning positions' results. An account that is not started has the four checks,
//     none passed, with 0 days and 0 positions. An account that exists has no reason.
// 18. A skipped signal belongs to the present session.
// 19. A sent price that equals the board's in time and price is stale also where it is a quote without a time.

import {
  type Account,
  type DecidedSignal,
  type Milliseconds,
  type Position,
  presentSession,
  type ReferencePrice,
  record,
  type Session,
  type Settings,
} from "./book.ts";
import { decide } from "./decision.ts";
import { closeAll, closeByHand, workThroughBar, workThroughQuote } from "./exits.ts";
import { eligibility, isOpen, performance, remainingQuantity } from "./figures.ts";
import {
  ACCOUNT_NAME,
  DEFAULT_SETTINGS,
  mergeSettings,
  parseBar,
  parseQuote,
  parseTime,
  validateSignal,
} from "./inputs.ts";
import { eq, gt, parseDecimal, type Rational, ZERO } from "./rational.ts";
import type {
  BarInput,
  ClosePositionInput,
  ClosePositionResult,
  DisableInput,
  DisableResult,
  Dump,
  EnableInput,
  EnableResult,
  ExecuteSignalInput,
  ExecuteSignalResult,
  InputIssue,
  InvalidInput,
  Maybe,
  PublishReport,
  QuoteInput,
  ResetInput,
  ResetResult,
  SessionDump,
  UpdateSettingsInput,
  UpdateSettingsResult,
} from "./types.ts";
import { accountView, positionView, signalSummary, signalView, tradeView } from "./views.ts";

export type * from "./types.ts";

const invalid = (issues: InputIssue[]): InvalidInput => ({ __typename: "InvalidInput", issues });
const ACCOUNT_NOT_FOUND = { __typename: "AccountNotFound" } as const;

function newSession(number: number, settings: Settings, now: Milliseconds): Session {
  return {
    number,
    startingCapital: settings.startingCapital,
    startedAt: now,
    positions: [],
    trades: [],
    peakEquity: settings.startingCapital,
    maxDrawdown: ZERO,
  };
}

export class ReferenceDesk {
  readonly #accounts = new Map<string, Account>();
  readonly #board = new Map<string, ReferencePrice>();
  #now: Milliseconds;

  constructor(options: { clockStart?: string } = {}) {
    this.#now = parseTime(options.clockStart ?? "1970-01-01T00:00:00Z");
  }

  enable(input: EnableInput = {}): EnableResult {
    const name = input.name ?? "main";
    const existing = this.#accounts.get(name);
    const { settings, changed, issues } = mergeSettings(existing?.settings ?? DEFAULT_SETTINGS, input.settings);
    if (!ACCOUNT_NAME.test(name)) issues.push({ path: ["name"] });
    if (existing !== undefined) issues.push(...changed.map((setting) => ({ path: ["settings", setting] })));
    if (issues.length > 0) return invalid(issues);
    const account = existing ?? {
      name,
      enabled: false,
      settings,
      sessions: [newSession(1, settings, this.#now)],
      signals: [],
      events: [],
    };
    this.#accounts.set(name, account);
    if (!account.enabled) {
      account.enabled = true;
      record(account, this.#now, { type: "AccountChanged", change: "ENABLED" });
    }
    return { __typename: "EnablePayload", account: accountView(account, this.#board) };
  }

  disable(input: DisableInput = {}): DisableResult {
    const account = this.#find(input.account);
    if (account === undefined) return ACCOUNT_NOT_FOUND;
    const closedTrades = closeAll(account, this.#board, this.#now, "MANUAL");
    if (account.enabled) {
      account.enabled = false;
      record(account, this.#now, { type: "AccountChanged", change: "DISABLED" });
    }
    return { __typename: "DisablePayload", account: accountView(account, this.#board), closedTrades };
  }

  reset(input: ResetInput): ResetResult {
    const account = this.#find(input.account);
    const { settings, issues } = mergeSettings(account?.settings ?? DEFAULT_SETTINGS, input.settings);
    if (issues.length > 0) return invalid(issues);
    if (account === undefined) return ACCOUNT_NOT_FOUND;
    const current = presentSession(account).number;
    if (input.session > current || input.session < 1) return { __typename: "SessionMismatch", currentSession: current };
    const replayed = input.session < current;
    if (!replayed) {
      closeAll(account, this.#board, this.#now, "RESET");
      account.settings = settings;
      account.sessions.push(newSession(current + 1, settings, this.#now));
      record(account, this.#now, { type: "AccountChanged", change: "RESET" });
    }
    return {
      __typename: "ResetPayload",
      account: accountView(account, this.#board),
      endedSession: input.session,
      replayed,
    };
  }

  updateSettings(input: UpdateSettingsInput): UpdateSettingsResult {
    const account = this.#find(input.account);
    const { startingCapital, ...others } = input.settings;
    const { settings, changed, issues } = mergeSettings(account?.settings ?? DEFAULT_SETTINGS, others);
    if (startingCapital !== null && startingCapital !== undefined)
      issues.push({ path: ["settings", "startingCapital"] });
    if (issues.length > 0) return invalid(issues);
    if (account === undefined) return ACCOUNT_NOT_FOUND;
    if (changed.length > 0) {
      account.settings = settings;
      record(account, this.#now, { type: "AccountChanged", change: "SETTINGS" });
    }
    return { __typename: "UpdateSettingsPayload", account: accountView(account, this.#board) };
  }

  executeSignal(input: ExecuteSignalInput): ExecuteSignalResult {
    const validated = validateSignal(input);
    if ("issues" in validated) return invalid(validated.issues);
    const account = this.#find(input.account);
    if (account === undefined) return ACCOUNT_NOT_FOUND;
    const { signal } = validated;
    const known = account.signals.find((decided) => decided.signal.signalId === signal.signalId);
    if (known !== undefined && known.signal.content !== signal.content) {
      return { __typename: "SignalConflict", signalId: signal.signalId };
    }
    const decided: DecidedSignal = known ?? decide(account, this.#board, this.#now, signal);
    return {
      __typename: "ExecuteSignalPayload",
      signal: signalView(decided, this.#board),
      replayed: known !== undefined,
    };
  }

  executeSignals(inputs: readonly ExecuteSignalInput[]): ExecuteSignalResult[] {
    return inputs.map((input) => this.executeSignal(input));
  }

  closePosition(input: ClosePositionInput): ClosePositionResult {
    const requestId = input.requestId ?? null;
    const isPart = input.quantity !== null && input.quantity !== undefined;
    const quantity = parseDecimal(input.quantity);
    const issues: InputIssue[] = [];
    if (isPart && (quantity === null || !gt(quantity, ZERO))) issues.push({ path: ["quantity"] });
    if (isPart && requestId === null) issues.push({ path: ["requestId"] });
    if (issues.length > 0) return invalid(issues);

    const account = this.#find(input.account);
    const position = account?.signals.find((decided) => decided.signal.signalId === input.position)?.position ?? null;
    if (account === undefined || position === null) return { __typename: "PositionNotFound" };
    const first = requestId === null ? undefined : position.requests.get(requestId);
    if (first !== undefined) {
      if (!sameQuantity(first.quantity, quantity)) return invalid([{ path: ["requestId"] }]);
      return { ...this.#closePayload(position, first.trade), replayed: true };
    }
    if (!isOpen(position))
      return { __typename: "PositionAlreadyClosed", position: positionView(position, this.#board) };
    if (quantity !== null && gt(quantity, remainingQuantity(position))) return invalid([{ path: ["quantity"] }]);
    const trade = closeByHand(account, this.#board, position, this.#now, quantity);
    if (requestId !== null) position.requests.set(requestId, { quantity, trade });
    return { ...this.#closePayload(position, trade), replayed: false };
  }

  publishQuotes(quotes: readonly QuoteInput[]): PublishReport {
    const report: PublishReport = { __typename: "PublishReport", accepted: 0, stale: 0, refused: [] };
    const parsed = quotes.map(parseQuote);
    for (const [index, quote] of parsed.entries()) {
      if (quote === null) {
        report.refused.push({ index });
        continue;
      }
      const { symbol, price } = quote;
      const time = quote.time ?? this.#now;
      const onBoard = this.#board.get(symbol);
      if (onBoard !== undefined && (time < onBoard.time || (time === onBoard.time && eq(price, onBoard.price)))) {
        report.stale += 1;
        continue;
      }
      report.accepted += 1;
      this.#accept(symbol, { price, source: "QUOTE", time });
      for (const account of this.#accounts.values()) workThroughQuote(account, this.#board, symbol);
    }
    return report;
  }

  publishBars(bars: readonly BarInput[]): PublishReport {
    const report: PublishReport = { __typename: "PublishReport", accepted: 0, stale: 0, refused: [] };
    const parsed = bars.map(parseBar);
    report.refused = parsed.flatMap((bar, index) => (bar === null ? [{ index }] : []));
    const good = parsed.filter((bar) => bar !== null);
    good.sort((a, b) => a.start - b.start); // stable: ties stay as given
    for (const bar of good) {
      const onBoard = this.#board.get(bar.symbol);
      if (onBoard !== undefined && bar.start < onBoard.time) {
        report.stale += 1;
        continue;
      }
      report.accepted += 1;
      this.#accept(bar.symbol, { price: bar.close, source: "BAR", time: bar.end });
      for (const account of this.#accounts.values()) workThroughBar(account, this.#board, bar);
    }
    return report;
  }

  dump(name?: Maybe<string>): Dump {
    const account = this.#find(name);
    const session = account && presentSession(account);
    return {
      account: account ? accountView(account, this.#board) : null,
      positions: session ? session.positions.map((position) => positionView(position, this.#board)) : [],
      trades: session ? session.trades.map(tradeView) : [],
      signals: account ? account.signals.map(signalSummary) : [],
      events: account ? account.events.map((event) => ({ ...event })) : [],
      report: session ? performance(session, this.#board) : null,
      eligibility: eligibility(account, this.#now),
    };
  }

  /** Null where there is no such account or session. */
  dumpSession(name: Maybe<string>, number: number): SessionDump | null {
    const session = this.#find(name)?.sessions.find((candidate) => candidate.number === number);
    if (session === undefined) return null;
    return {
      positions: session.positions.map((position) => positionView(position, this.#board)),
      trades: session.trades.map(tradeView),
      performance: performance(session, this.#board),
    };
  }

  #find(name: Maybe<string>): Account | undefined {
    return this.#accounts.get(name ?? "main");
  }

  #accept(symbol: string, price: ReferencePrice): void {
    this.#board.set(symbol, price);
    this.#now = Math.max(this.#now, price.time);
  }

  #closePayload(position: Position, trade: Parameters<typeof tradeView>[0]) {
    return {
      __typename: "ClosePositionPayload" as const,
      position: positionView(position, this.#board),
      trade: tradeView(trade),
    };
  }
}

const sameQuantity = (a: Rational | null, b: Rational | null): boolean =>
  a === null || b === null ? a === b : eq(a, b);
