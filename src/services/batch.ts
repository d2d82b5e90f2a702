// One batch of commands: their accounts locked, decided in memory in order, written together, then told (architecture.md).

import { actorText, mayKnow } from "../auth/viewer.ts";
import { Draft, emptyBook, type NewAccount } from "../domain/book.ts";
import type { Delivery } from "../domain/delivery.ts";
import { deliveryOfRecord } from "../domain/deliveryRecord.ts";
import type { PriceOf } from "../domain/exposure.ts";
import { bookFaults } from "../domain/identities.ts";
import { isOpen, type Position } from "../domain/position.ts";
import type { Quote } from "../domain/price.ts";
import {
  type EventRecord,
  type PositionRecord,
  type SignalRecord,
  signalRecord,
  type TradeRecord,
  tradeRecord,
} from "../domain/records.ts";
import type { PricesSeen } from "../domain/statistics/excursions.ts";
import type { PriceRangeRecord } from "../domain/statistics/priceRangeRecord.ts";
import type { PositionKey, RequestKey, SignalKey, StoreTransaction } from "../ports.ts";
import { adoptBook, boardPrices, type Desk, type Viewer } from "./desk.ts";

/** One piece of work on one account. `decide` is pure but for the draft it changes; it may be called again on a retry. */
export interface Command<Outcome> {
  readonly accountId: string;
  /** What the decision must know of what is stored. */
  readonly signalId?: string;
  readonly positionNumber?: number;
  readonly requestId?: string | undefined;
  /** Of the account's deliveries to the live route: all that are pending, or that of one signal. */
  readonly deliveries?: "pending" | { readonly signalId: string };
  decide(batch: Batch): Outcome;
}

/** What commands see while they are decided: drafts, and what was stored before. */
export class Batch {
  readonly nowMs: number;
  readonly priceOf: PriceOf;
  private readonly desk: Desk;
  private readonly drafts = new Map<string, Draft>();
  private readonly signals = new Map<string, SignalRecord>();
  private readonly trades = new Map<string, TradeRecord>();
  private readonly positions = new Map<string, PositionRecord>();
  private readonly deliveries = new Map<string, Delivery>();

  constructor(desk: Desk) {
    this.desk = desk;
    this.nowMs = desk.clock.nowMs();
    this.priceOf = boardPrices(desk);
  }

  /** Whether signals can go to a live route at all. */
  get hasLiveRoute(): boolean {
    return this.desk.liveRoute !== undefined;
  }

  quote(symbol: string): Quote | undefined {
    return this.desk.board.get(symbol);
  }

  /**
   * The draft of an account, given to this viewer: he is the actor of what is logged with it, until the next is given it.
   * Undefined where there is no such account for him.
   */
  draft(accountId: string, viewer: Pick<Viewer, "owner" | "accounts" | "actor">): Draft | undefined {
    const draft = this.drafts.get(accountId);
    if (draft?.account.owner !== viewer.owner || !mayKnow(viewer, accountId)) return undefined;
    draft.actor = actorText(viewer.actor);
    return draft;
  }

  /** The draft of a new account, given to who makes it. */
  create(account: NewAccount, viewer: Pick<Viewer, "actor">): Draft {
    const draft = new Draft(emptyBook(account));
    draft.actor = actorText(viewer.actor);
    this.drafts.set(account.accountId, draft);
    return draft;
  }

  /** A position of the running session as it is now, moved stops that are not saved yet included. */
  position(draft: Draft, number: number): Position | undefined {
    const key = { accountId: draft.account.accountId, number };
    return draft.positions.get(number) ?? this.desk.triggers.get(key) ?? draft.position(number);
  }

  /** What prices a position has seen since its entry; null where that is not known. */
  seenBy(position: Position): PricesSeen | null {
    return this.desk.ranges.seenBy(position);
  }

  openPositions(draft: Draft): Position[] {
    return draft.openPositions().map(({ number }) => this.position(draft, number) as Position);
  }

  /** A signal's stored outcome, also one of this batch. */
  knownSignal({ accountId, signalId }: SignalKey): SignalRecord | undefined {
    const decided = this.drafts.get(accountId)?.signals.find((outcome) => outcome.signal.signalId === signalId);
    return decided === undefined ? this.signals.get(`${accountId} ${signalId}`) : signalRecord(decided);
  }

  /** The trade of an earlier request to close, also one of this batch. */
  knownTrade({ accountId, number, requestId }: RequestKey): TradeRecord | undefined {
    const made = this.drafts
      .get(accountId)
      ?.trades.find((trade) => trade.positionNumber === number && trade.requestId === requestId);
    return made === undefined ? this.trades.get(`${accountId} ${number} ${requestId}`) : tradeRecord(made);
  }

  /** A position that is not open, as it is stored. */
  storedPosition({ accountId, number }: PositionKey): PositionRecord | undefined {
    return this.positions.get(`${accountId} ${number}`);
  }

  /** A delivery that was asked for, as it is now; also one of this batch. */
  delivery(draft: Draft, signalId: string): Delivery | undefined {
    return draft.deliveries.get(signalId) ?? this.deliveries.get(`${draft.account.accountId} ${signalId}`);
  }

  /** The account's deliveries that are pending, oldest first; those of this batch included. */
  pendingDeliveries(draft: Draft): Delivery[] {
    const { accountId } = draft.account;
    const stored = [...this.deliveries.values()].filter((delivery) => delivery.accountId === accountId);
    const all = new Map([...stored, ...draft.deliveries.values()].map((delivery) => [delivery.signalId, delivery]));
    return [...all.values()].filter(({ state }) => state === "PENDING").sort((a, b) => a.sequence - b.sequence);
  }

  /** Locks and loads what the commands need. Books in memory are used where nobody else has written since. */
  async load(transaction: StoreTransaction, commands: readonly Command<unknown>[]): Promise<void> {
    const revisions = await transaction.lockAccounts([...new Set(commands.map((command) => command.accountId))]);
    const outdated = [...revisions].filter(([id, revision]) => this.desk.books.get(id)?.account.revision !== revision);
    if (outdated.length > 0) {
      const books = await transaction.loadBooks(outdated.map(([accountId]) => accountId));
      for (const book of books) adoptBook(this.desk, book);
    }
    for (const accountId of revisions.keys()) {
      const book = this.desk.books.get(accountId);
      if (book !== undefined) this.drafts.set(accountId, new Draft(book));
    }
    await this.loadStored(
      transaction,
      commands.filter((command) => revisions.has(command.accountId)),
    );
  }

  private async loadStored(transaction: StoreTransaction, commands: readonly Command<unknown>[]): Promise<void> {
    const deliveries = commands.flatMap(({ accountId, deliveries: which }) =>
      which === undefined ? [] : [{ accountId, ...(which !== "pending" && which) }],
    );
    if (deliveries.length > 0) {
      for (const row of await transaction.findDeliveries(deliveries))
        this.deliveries.set(`${row.accountId} ${row.signalId}`, deliveryOfRecord(row));
    }
    const signals = commands.flatMap(({ accountId, signalId }) =>
      signalId === undefined ? [] : [{ accountId, signalId }],
    );
    if (signals.length > 0) {
      for (const row of await transaction.findSignals(signals))
        this.signals.set(`${row.accountId} ${row.signalId}`, row);
    }
    const requests = commands.flatMap(({ accountId, positionNumber: number, requestId }) =>
      number === undefined || requestId === undefined ? [] : [{ accountId, number, requestId }],
    );
    if (requests.length > 0) {
      for (const row of await transaction.findTrades(requests)) {
        this.trades.set(`${row.accountId} ${row.positionNumber} ${row.requestId}`, row);
      }
    }
    const closed = commands.flatMap(({ accountId, positionNumber: number }) =>
      number === undefined || this.drafts.get(accountId)?.position(number) ? [] : [{ accountId, number }],
    );
    if (closed.length > 0) {
      for (const row of await transaction.findPositions(closed))
        this.positions.set(`${row.accountId} ${row.number}`, row);
    }
  }

  changedDrafts(): Draft[] {
    return [...this.drafts.values()].filter((draft) => draft.isChanged);
  }
}

/** Runs the commands as one batch and answers their outcomes in order. */
export async function runBatch<Outcome>(desk: Desk, commands: readonly Command<Outcome>[]): Promise<Outcome[]> {
  const done = await desk.store.transaction(async (transaction) => {
    const batch = new Batch(desk);
    await batch.load(transaction, commands);
    const outcomes = commands.map((command) => command.decide(batch));
    const drafts = batch.changedDrafts();
    const events =
      drafts.length === 0 ? [] : await transaction.write(drafts, [], Date.now(), rangesBegun(desk, drafts));
    return { outcomes, drafts, events };
  });
  takeOver(desk, done.drafts);
  tell(desk, done.events);
  if (done.drafts.some(({ deliveries }) => deliveries.size > 0)) desk.liveRoute?.wake();
  return done.outcomes;
}

/** The beginnings of the price ranges of symbols that were not held before the drafts. */
function rangesBegun(desk: Desk, drafts: readonly Draft[]): PriceRangeRecord[] {
  return desk.ranges.beginningsOf(drafts.flatMap((draft) => [...draft.positions.values()].filter(isOpen)));
}

/** Makes committed drafts the books in memory, and watches what they opened. */
export function takeOver(desk: Desk, drafts: readonly Draft[]): void {
  for (const draft of drafts) {
    desk.books.set(draft.committed());
    for (const position of draft.positions.values()) {
      const isKnown = desk.triggers.get(position) !== undefined;
      if (isOpen(position)) {
        desk.triggers.set(position);
        if (!isKnown) desk.ranges.opened(position);
      } else if (isKnown) {
        desk.triggers.delete(position);
        desk.ranges.closed(position);
      }
    }
    checkBook(desk, draft.account.accountId);
  }
}

/** Rings the doorbell of each account with its new events. */
export function tell(desk: Desk, events: readonly EventRecord[]): void {
  const byAccount = new Map<string, EventRecord[]>();
  for (const event of events) {
    const ofAccount = byAccount.get(event.accountId) ?? [];
    byAccount.set(event.accountId, ofAccount);
    ofAccount.push(event);
  }
  for (const [accountId, ofAccount] of byAccount) desk.doorbell.ring(accountId, ofAccount);
}

/** Under the debug flag: throws where an identity does not hold for the account's book. */
export function checkBook(desk: Desk, accountId: string): void {
  if (!desk.checkIdentities) return;
  const book = desk.books.get(accountId);
  const faults = book === undefined ? [] : bookFaults(book, boardPrices(desk));
  if (faults.length > 0) throw new Error(`identities of account ${accountId} do not hold: ${faults.join("; ")}`);
}
