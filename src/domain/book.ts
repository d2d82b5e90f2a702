// An account's book, and a draft of it: the changes of one batch, taken over when they are committed.
import { fewerPoints, pointsUntilFewer, type SessionPoint } from "./curve/sessionPoint.ts";
import { type Decimal, ZERO } from "./decimal.ts";
import { type Delivery, newDelivery } from "./delivery.ts";
import { Exposure, type PriceOf } from "./exposure.ts";
import {
  afterClose,
  afterEntry,
  afterMark,
  drawdownAt,
  equityOf,
  type Figures,
  newFigures,
  valuationOf,
} from "./figures.ts";
import type { Fill } from "./fill.ts";
import { type AccountChange, DESK, type Happening, type LogEvent, type SignalOutcome } from "./log.ts";
import type { Close, Trade } from "./lot.ts";
import { isOpen, openPosition, type Position } from "./position.ts";
import type { Settings } from "./settings.ts";
import type { Signal } from "./signal.ts";
import { afterEntryAt, afterExitAt, NEVER_IN_MARKET, type TimeInMarket } from "./statistics/timeInMarket.ts";

export type AccountStatus = "ENABLED" | "DISABLED";

export interface Account {
  readonly accountId: string;
  readonly owner: string;
  readonly name: string;
  readonly status: AccountStatus;
  readonly session: number;
  /** The number of the newest event in its log. */
  readonly sequence: number;
  /** Grows with every write to the account or its positions: a copy in memory with the same revision is current. */
  readonly revision: number;
  /** When its owner let it go to the live route; null where that is not so. */
  readonly promotedAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface Session {
  readonly session: number;
  /** The number of the newest event before the session's first. */
  readonly startSequence: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly settings: Settings;
  readonly figures: Figures;
  readonly timeInMarket: TimeInMarket;
}

/** An account as it was last committed, with its open positions in the order in which they were opened. */
export interface Book {
  readonly account: Account;
  readonly session: Session;
  readonly positions: ReadonlyMap<number, Position>;
  readonly exposure: Exposure;
}

export interface NewAccount {
  readonly accountId: string;
  readonly owner: string;
  readonly name: string;
  readonly settings: Settings;
  readonly nowMs: number;
}

/** The book of an account that does not exist yet: no event, no session written. */
export function emptyBook({ accountId, owner, name, settings, nowMs }: NewAccount): Book {
  const account: Account = {
    accountId,
    owner,
    name,
    status: "DISABLED",
    session: 1,
    sequence: 0,
    revision: 0,
    promotedAtMs: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  return { account, session: newSession(1, 0, settings, nowMs), positions: new Map(), exposure: new Exposure() };
}

function newSession(session: number, startSequence: number, settings: Settings, nowMs: number): Session {
  const figures = newFigures(settings.startingCapital);
  const timeInMarket = NEVER_IN_MARKET;
  return { session, startSequence, startedAtMs: nowMs, endedAtMs: null, settings, figures, timeInMarket };
}

/**
 * The changes of one batch to one book. Reads see what was changed before; the book itself stays as it is until
 * `committed` answers the next one. Everything is decided in memory: what has to be written is in the public lists.
 */
export class Draft {
  readonly base: Book;
  readonly signals: SignalOutcome[] = [];
  readonly trades: Trade[] = [];
  readonly events: LogEvent[] = [];
  readonly endedSessions: Session[] = [];
  /** The points of its sessions' curves: of its marks, where they are many the telling ones, and the first of each session. */
  points: SessionPoint[] = [];
  /** Positions that the batch opened or changed, by number, as they are now. */
  readonly positions = new Map<number, Position>();
  /** Deliveries to the live route that the batch made or ended, by signal id, as they are now. */
  readonly deliveries = new Map<string, Delivery>();
  account: Account;
  session: Session;
  /** Who causes what is logged from here on: the desk, until somebody is given the draft. */
  actor: string = DESK;
  private exposureCopy: Exposure | undefined;
  private fewerFrom = pointsUntilFewer(0);

  constructor(base: Book) {
    this.base = base;
    this.account = base.account;
    this.session = base.session;
  }

  get settings(): Settings {
    return this.session.settings;
  }

  get exposure(): Exposure {
    return this.exposureCopy ?? this.base.exposure;
  }

  get isChanged(): boolean {
    const { account, session } = this.base;
    return this.account !== account || this.session !== session || this.positions.size > 0 || this.points.length > 0;
  }

  /** The account as it is to be written: with the next revision. */
  get nextAccount(): Account {
    return { ...this.account, revision: this.base.account.revision + 1 };
  }

  position(number: number): Position | undefined {
    return this.positions.get(number) ?? this.base.positions.get(number);
  }

  /** The open positions, in the order in which they were opened. */
  openPositions(): Position[] {
    const numbers = new Set([...this.base.positions.keys(), ...this.positions.keys()]);
    return [...numbers].flatMap((number) => {
      const position = this.position(number);
      return position !== undefined && isOpen(position) ? [position] : [];
    });
  }

  equity(priceOf: PriceOf): Decimal {
    return equityOf(this.settings.startingCapital, this.session.figures, this.exposure, priceOf);
  }

  /** Opens the position of a filled signal. */
  open(signal: Signal, fill: Fill): Position {
    const number = this.account.sequence + 1;
    const { accountId, session } = this.account;
    const position = openPosition(signal, fill, { accountId, session, number });
    this.put(position);
    this.setFigures(afterEntry(this.session.figures, signal.side, fill));
    this.setTimeInMarket(afterEntryAt(this.session.timeInMarket, fill.timeMs));
    this.log({ type: "PositionOpened", marketTimeMs: fill.timeMs, position });
    return position;
  }

  /** Books a closed lot and answers its trade. */
  close(close: Close): Trade {
    const trade: Trade = { ...close.trade, number: this.account.sequence + 1 };
    this.put(close.position);
    this.setFigures(afterClose(this.session.figures, close));
    const { openPositions } = this.exposure;
    this.setTimeInMarket(afterExitAt(this.session.timeInMarket, trade.exitFill.timeMs, openPositions));
    this.trades.push(trade);
    this.log({ type: "TradeClosed", marketTimeMs: trade.exitFill.timeMs, trade, position: close.position });
    return trade;
  }

  /** Saves a position whose stop or trailing stop has moved. */
  put(position: Position): void {
    const before = this.position(position.number);
    this.exposureCopy ??= this.base.exposure.copy();
    if (before !== undefined) this.exposureCopy.remove(before);
    this.exposureCopy.add(position);
    this.positions.set(position.number, position);
  }

  /** Keeps the outcome of a signal; one that opened nothing gets its own event. */
  record(outcome: SignalOutcome): void {
    this.signals.push(outcome);
    const marketTimeMs = outcome.receivedAtMs;
    if (outcome.status === "ROUTED_LIVE") {
      const delivery = newDelivery(outcome);
      this.deliveries.set(delivery.signalId, delivery);
      this.log({ type: "SignalRouted", marketTimeMs, outcome, delivery });
    } else if (outcome.status !== "FILLED") {
      this.log({ type: "SignalDeclined", marketTimeMs, outcome });
    }
  }

  /** Keeps a delivery as it has ended. */
  endDelivery(delivery: Delivery, nowMs: number): void {
    this.deliveries.set(delivery.signalId, delivery);
    this.log({ type: "DeliveryEnded", marketTimeMs: nowMs, delivery });
  }

  /** Marks the account at the desk's time, which makes a point of the curve; who marks has it stored. */
  mark(priceOf: PriceOf, nowMs: number): void {
    const equity = this.equity(priceOf);
    const drawdown = drawdownAt(this.session.figures, equity);
    this.setFigures(afterMark(this.session.figures, equity, drawdown));
    this.notePoint(equity, drawdown, nowMs);
  }

  enable(nowMs: number, priceOf: PriceOf): void {
    if (this.account.sequence === 0) this.notePoint(this.settings.startingCapital, ZERO, nowMs);
    this.account = { ...this.account, status: "ENABLED" };
    this.logChange("ENABLED", nowMs, priceOf);
  }

  disable(nowMs: number, priceOf: PriceOf): void {
    this.account = { ...this.account, status: "DISABLED" };
    this.logChange("DISABLED", nowMs, priceOf);
  }

  /** Lets the account go to the live route while it is disabled and eligible. */
  promote(nowMs: number, priceOf: PriceOf): void {
    this.account = { ...this.account, promotedAtMs: nowMs };
    this.logChange("PROMOTED", nowMs, priceOf);
  }

  /** Takes that back. */
  demote(nowMs: number, priceOf: PriceOf): void {
    this.account = { ...this.account, promotedAtMs: null };
    this.logChange("DEMOTED", nowMs, priceOf);
  }

  changeSettings(settings: Settings, nowMs: number, priceOf: PriceOf): void {
    this.session = { ...this.session, settings };
    this.logChange("SETTINGS", nowMs, priceOf);
  }

  /** Archives the session, in which nothing is open any more, and begins the next; its first event tells of it. */
  beginSession(settings: Settings, nowMs: number, priceOf: PriceOf): void {
    this.endedSessions.push({ ...this.session, endedAtMs: nowMs });
    const session = this.account.session + 1;
    this.account = { ...this.account, session };
    this.session = newSession(session, this.account.sequence, settings, nowMs);
    this.notePoint(settings.startingCapital, ZERO, nowMs);
    this.logChange("RESET", nowMs, priceOf);
  }

  /** The book with the changes taken over. Call it once, after they were committed: it reuses the base's map. */
  committed(): Book {
    const positions = this.base.positions as Map<number, Position>;
    for (const position of this.positions.values()) {
      if (isOpen(position)) positions.set(position.number, position);
      else positions.delete(position.number);
    }
    return { account: this.nextAccount, session: this.session, positions, exposure: this.exposure };
  }

  /** The points of a batch are in the order of their times, also where the clock was set back in between. */
  private notePoint(equity: Decimal, drawdown: Decimal, nowMs: number): void {
    const { session, figures } = this.session;
    const timeMs = Math.max(nowMs, this.points.at(-1)?.timeMs ?? nowMs);
    this.points.push({ session, timeMs, equity, cash: figures.cash, drawdown });
    if (this.points.length <= this.fewerFrom) return;
    this.points = [...fewerPoints(this.points)];
    this.fewerFrom = pointsUntilFewer(this.points.length);
  }

  private setFigures(figures: Figures): void {
    if (figures !== this.session.figures) this.session = { ...this.session, figures };
  }

  private setTimeInMarket(timeInMarket: TimeInMarket): void {
    if (timeInMarket !== this.session.timeInMarket) this.session = { ...this.session, timeInMarket };
  }

  private logChange(change: AccountChange, nowMs: number, priceOf: PriceOf): void {
    this.account = { ...this.account, updatedAtMs: nowMs };
    const { settings, figures } = this.session;
    const valuation = valuationOf(settings.startingCapital, figures, this.exposure, priceOf);
    const account = { ...this.account, sequence: this.account.sequence + 1 };
    const { session } = this;
    this.log({ type: "AccountChanged", marketTimeMs: nowMs, change, account, session, valuation });
  }

  private log(event: Happening): void {
    this.account = { ...this.account, sequence: this.account.sequence + 1, updatedAtMs: event.marketTimeMs };
    this.events.push({ ...event, actor: this.actor });
  }
}
