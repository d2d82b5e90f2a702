// The logs that are followed: what the doorbell tells of them, and what a poll finds should a ring be lost, wakes their readers.
import type { EventRecord } from "../domain/records.ts";
import type { LocalDoorbell } from "./doorbell.ts";
import { LogPages, type ReadEvents } from "./logPages.ts";
import { LogReader, type ReadableLog, type Wakeable } from "./logReader.ts";

/** A ring can be lost, but never an event: logs from which nothing was heard for so long are looked at. */
const POLL_MS = 1000;
/** Logs that are looked at in one query. */
const POLL_ACCOUNTS = 1000;

export interface LogSource {
  readonly doorbell: LocalDoorbell;
  readonly readEvents: ReadEvents;
  /** The numbers of the newest events of the accounts that exist. */
  readonly readHeads: (accountIds: readonly string[]) => Promise<Map<string, number>>;
  /** Told of polls that failed; they are repeated. */
  readonly onPollFailed: (error: unknown) => void;
}

export interface AccountLogs {
  /** Listens to an account's log from now on; the reader takes nothing until its `begin` is called. */
  follow<Event extends EventRecord>(
    accountId: string,
    isWanted: (event: EventRecord) => event is Event,
  ): LogReader<Event>;
  /** How many readers there are, of all logs together. */
  readers(): number;
  /** How far behind the logs their readers are, and this process behind the store. */
  lag(): LogLag;
  /** Ends the polls. */
  close(): void;
}

export interface LogLag {
  /** Readers who have not taken everything yet. */
  readonly readersBehind: number;
  /** Events that the last of them has not taken yet. */
  readonly eventsMax: number;
  /** For how long the store has not been able to tell the newest events, in milliseconds; 0 where all is well. */
  readonly blindMs: number;
}

/** A reader as a followed log keeps him. */
type FollowingReader = Wakeable & { readonly behind: number };

class FollowedLog implements ReadableLog {
  readonly accountId: string;
  readonly pages: LogPages;
  readonly readers = new Set<FollowingReader>();
  head = 0;
  isLagging = false;
  heardAtMs = performance.now();
  private readonly abandon: (log: FollowedLog) => void;
  /** What most readers ask for. */
  private newest: EventRecord | undefined;

  constructor(accountId: string, pages: LogPages, abandon: (log: FollowedLog) => void) {
    this.accountId = accountId;
    this.pages = pages;
    this.abandon = abandon;
  }

  hear(events: readonly EventRecord[]): void {
    this.heardAtMs = performance.now();
    for (const event of events) {
      this.pages.add(event);
      this.head = Math.max(this.head, event.sequence);
      this.newest = event;
    }
    this.wakeAll();
  }

  at(sequence: number): EventRecord | undefined {
    return this.newest?.sequence === sequence ? this.newest : this.pages.at(this.accountId, sequence);
  }

  learn(head: number): void {
    if (head <= this.head && !this.isLagging) return;
    this.head = Math.max(this.head, head);
    this.wakeAll();
  }

  leave(reader: FollowingReader): void {
    if (this.readers.delete(reader) && this.readers.size === 0) this.abandon(this);
  }

  private wakeAll(): void {
    this.isLagging = false;
    for (const reader of this.readers) reader.wake();
  }
}

export function createAccountLogs({ doorbell, readEvents, readHeads, onPollFailed }: LogSource): AccountLogs {
  const pages = new LogPages(readEvents);
  const logs = new Map<string, { readonly log: FollowedLog; readonly stopListening: () => void }>();

  function open(accountId: string): FollowedLog {
    const known = logs.get(accountId);
    if (known !== undefined) return known.log;
    const log = new FollowedLog(accountId, pages, () => {
      logs.get(accountId)?.stopListening();
      logs.delete(accountId);
    });
    logs.set(accountId, { log, stopListening: doorbell.listen(accountId, (events) => log.hear(events)) });
    return log;
  }

  async function poll(): Promise<void> {
    const quietSince = performance.now() - POLL_MS;
    const quiet = [...logs].filter(([, { log }]) => log.heardAtMs < quietSince).map(([accountId]) => accountId);
    for (let from = 0; from < quiet.length; from += POLL_ACCOUNTS) {
      const heads = await readHeads(quiet.slice(from, from + POLL_ACCOUNTS));
      for (const [accountId, head] of heads) logs.get(accountId)?.log.learn(head);
    }
  }

  let isPolling = false;
  /** Since when the newest events are not known: the begin of the first poll that has not succeeded. */
  let blindSinceMs: number | undefined;
  const timer = setInterval(() => {
    if (isPolling) return;
    isPolling = true;
    blindSinceMs ??= performance.now();
    poll()
      .then(() => {
        blindSinceMs = undefined;
      })
      .catch(onPollFailed)
      .finally(() => {
        isPolling = false;
      });
  }, POLL_MS).unref();

  function lag(): LogLag {
    let readersBehind = 0;
    let eventsMax = 0;
    for (const { log } of logs.values()) {
      for (const { behind } of log.readers) {
        if (behind > 0) readersBehind += 1;
        eventsMax = Math.max(eventsMax, behind);
      }
    }
    return { readersBehind, eventsMax, blindMs: blindSinceMs === undefined ? 0 : performance.now() - blindSinceMs };
  }

  return {
    follow: (accountId, isWanted) => {
      const log = open(accountId);
      const reader = new LogReader(log, isWanted);
      log.readers.add(reader);
      return reader;
    },
    readers: () => [...logs.values()].reduce((sum, { log }) => sum + log.readers.size, 0),
    lag,
    close: () => clearInterval(timer),
  };
}
