// Logs as a store keeps them, for tests of their readers: a read can be held back or fail, and a ring can be lost.
import { setImmediate as nextTurn } from "node:timers/promises";
import { DESK } from "../../src/domain/log.ts";
import { type EventRecord, eventRecord } from "../../src/domain/records.ts";
import { createAccountLogs } from "../../src/events/accountLogs.ts";
import { createDoorbell } from "../../src/events/doorbell.ts";
import type { LogReader } from "../../src/events/logReader.ts";
import { at, closePart, FREE, positionOf, settingsOf } from "../support/builders.ts";

const position = positionOf();
const { trade } = closePart(position, "50", "105", settingsOf(FREE));
const OPENED = eventRecord("", 0, { type: "PositionOpened", marketTimeMs: at(0), actor: DESK, position }, at(0));
const CLOSED = eventRecord(
  "",
  0,
  { type: "TradeClosed", marketTimeMs: at(0), actor: DESK, position, trade: { ...trade, number: 1 } },
  at(0),
);

/** One event in so many closes a trade; all others open a position. */
export const CLOSED_EVERY = 7;

/** Which events a reader wants. */
export type Wanted = (event: EventRecord) => event is EventRecord;
export const isAny: Wanted = (event): event is EventRecord => event !== undefined;
export const isClosed: Wanted = (event): event is EventRecord => event.type === "TradeClosed";

/** An event of an account's log. */
export function eventOf(accountId: string, sequence: number): EventRecord {
  return { ...(sequence % CLOSED_EVERY === 0 ? CLOSED : OPENED), accountId, sequence };
}

/** The numbers of events: from the one after `after` to `last`. */
export function numbers(after: number, last: number): number[] {
  return Array.from({ length: last - after }, (_, index) => after + 1 + index);
}

/** A read that has found what there was, and has not answered yet. */
interface HeldRead {
  answer(): void;
  fail(error: Error): void;
}

/** What is stored, and how it is read. */
export class StoredLogs {
  /** How often events were read. */
  reads = 0;
  /** Whether reads wait until the test lets them answer. */
  isHolding = false;
  /** What reads of any kind fail with. */
  failure: Error | undefined;
  readonly held: HeldRead[] = [];
  private readonly heads = new Map<string, number>();

  head(accountId: string): number {
    return this.heads.get(accountId) ?? 0;
  }

  /** Commits so many events, and answers them. */
  write(accountId: string, count: number): EventRecord[] {
    const head = this.head(accountId);
    this.heads.set(accountId, head + count);
    return numbers(head, head + count).map((sequence) => eventOf(accountId, sequence));
  }

  readonly readEvents = (accountId: string, after: number, limit: number): Promise<EventRecord[]> => {
    this.reads += 1;
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const last = Math.min(this.head(accountId), after + limit);
    const events = numbers(Math.min(after, last), last).map((sequence) => eventOf(accountId, sequence));
    if (!this.isHolding) return Promise.resolve(events);
    return new Promise((resolve, reject) => {
      this.held.push({ answer: () => resolve(events), fail: reject });
    });
  };

  readonly readHeads = async (accountIds: readonly string[]): Promise<Map<string, number>> => {
    if (this.failure !== undefined) throw this.failure;
    return new Map(accountIds.map((accountId) => [accountId, this.head(accountId)]));
  };

  /** Lets all reads answer, those to come at once. */
  release(): void {
    this.isHolding = false;
    for (const { answer } of this.held.splice(0)) answer();
  }
}

/** The logs of a desk over stored ones. They are to be closed. */
export function openLogs() {
  const stored = new StoredLogs();
  const doorbell = createDoorbell();
  const failedPolls: unknown[] = [];
  const logs = createAccountLogs({
    doorbell,
    readEvents: stored.readEvents,
    readHeads: stored.readHeads,
    onPollFailed: (error) => failedPolls.push(error),
  });
  return {
    stored,
    doorbell,
    logs,
    failedPolls,
    /** Commits events and rings with them. */
    tell(accountId: string, count: number): void {
      doorbell.ring(accountId, stored.write(accountId, count));
    },
    /** Follows a log from after an event on. */
    follow(accountId: string, after = 0, isWanted = isAny): Taker {
      const reader = logs.follow(accountId, isWanted);
      reader.begin(after, stored.head(accountId));
      return new Taker(reader);
    },
  };
}

export type OpenLogs = ReturnType<typeof openLogs>;

/** Takes as the server's delivery does: when it was woken, until there is nothing. */
export class Taker {
  readonly reader: LogReader<EventRecord>;
  /** The numbers of the events that were taken. */
  readonly taken: number[] = [];
  private isWoken = true;

  constructor(reader: LogReader<EventRecord>) {
    this.reader = reader;
    reader.onReady = () => {
      this.isWoken = true;
    };
  }

  /** Takes at most so many, if it was woken. Throws what the reader throws. */
  take(count = Number.POSITIVE_INFINITY): void {
    for (let more = count; this.isWoken && more > 0; more -= 1) {
      const event = this.reader.take();
      if (event === undefined) this.isWoken = false;
      else this.taken.push(event.sequence);
    }
  }

  /** Takes until there is nothing, and no read under way that could change it. */
  async takeAll(): Promise<readonly number[]> {
    do {
      this.take();
      await nextTurn();
    } while (this.isWoken);
    return this.taken;
  }
}
