// A reader of one account's log with a cursor: what is behind is read in pages, what is new comes with the doorbell.
import type { EventRecord } from "../domain/records.ts";
import type { LogPlace } from "./cursor.ts";
import type { LocalDoorbell } from "./doorbell.ts";

/** Events read from the log at once, and the most of those rung that are kept for a reader who is slow to take them. */
const PAGE_EVENTS = 200;
/** A ring can be lost, but never an event: this often a waiting reader looks for itself. */
const POLL_MS = 1000;

/** Reads events of an account after a number, in order, at most `limit`. */
export type ReadPage = (accountId: string, after: number, limit: number) => Promise<EventRecord[]>;

export interface LogSource {
  readonly readPage: ReadPage;
  readonly doorbell: LocalDoorbell;
}

/**
 * Every event after the place, once, in order, until `return` is called. It holds at most a page of events: one who does
 * not take them costs nothing but his own lag.
 */
export function readLog(source: LogSource, from: LogPlace): AsyncIterableIterator<EventRecord> {
  return new LogReader(source, from);
}

class LogReader implements AsyncIterableIterator<EventRecord> {
  private readonly source: LogSource;
  private readonly accountId: string;
  private readonly stopListening: () => void;
  private sequence: number;
  private pending: EventRecord[] = [];
  /** Whether the log may hold events that are not in `pending`. */
  private isBehind = true;
  private isClosed = false;
  private wake: (() => void) | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(source: LogSource, { accountId, sequence }: LogPlace) {
    this.source = source;
    this.accountId = accountId;
    this.sequence = sequence;
    this.stopListening = source.doorbell.listen(accountId, (events) => this.hear(events));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** One after another, also when called again before the first has answered. */
  next(): Promise<IteratorResult<EventRecord>> {
    const result = this.turn.then(() => this.take());
    this.turn = result.catch(() => undefined);
    return result;
  }

  async return(): Promise<IteratorResult<EventRecord>> {
    this.isClosed = true;
    this.stopListening();
    this.wake?.();
    return { done: true, value: undefined };
  }

  private async take(): Promise<IteratorResult<EventRecord>> {
    while (!this.isClosed) {
      const event = this.nextPending();
      if (event !== undefined) return { done: false, value: event };
      if (this.isBehind) await this.readOn();
      else await this.waitForRing();
    }
    return { done: true, value: undefined };
  }

  /** The event with the next number, if it is here; after a gap the log itself is asked. */
  private nextPending(): EventRecord | undefined {
    while (this.pending.length > 0) {
      const event = this.pending.shift();
      if (event === undefined || event.sequence <= this.sequence) continue;
      if (event.sequence === this.sequence + 1) {
        this.sequence = event.sequence;
        return event;
      }
      this.pending = [];
      this.isBehind = true;
    }
    return undefined;
  }

  private async readOn(): Promise<void> {
    this.isBehind = false;
    const page = await this.source.readPage(this.accountId, this.sequence, PAGE_EVENTS);
    if (page.length === PAGE_EVENTS) this.isBehind = true;
    this.pending = page.concat(this.isBehind ? [] : this.pending);
  }

  private hear(events: readonly EventRecord[]): void {
    if (this.isBehind || this.pending.length + events.length > PAGE_EVENTS) this.isBehind = true;
    else this.pending.push(...events);
    this.wake?.();
  }

  private waitForRing(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.isBehind = true;
        this.wake?.();
      }, POLL_MS);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }
}
