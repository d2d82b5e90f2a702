// A reader of one account's log: a place in it, from which it takes one event after another. It keeps no events.
import type { EventRecord } from "../domain/records.ts";
import type { Followed } from "../ports.ts";
import type { LogPages } from "./logPages.ts";

/** A log as its readers see it. */
export interface ReadableLog {
  readonly accountId: string;
  readonly pages: LogPages;
  /** The number of the newest event that is known of. */
  readonly head: number;
  /** An event, if it is in memory. */
  at(sequence: number): EventRecord | undefined;
  /** Takes it that there are events up to this number, and wakes the readers where that is new. */
  learn(head: number): void;
  /** Whether a reader did not find an event that should be there: a poll wakes him. */
  isLagging: boolean;
  /** Called when a reader leaves. */
  leave(reader: Wakeable): void;
}

export interface Wakeable {
  wake(): void;
}

/** Takes every event after its place that is wanted, once, in order. */
export class LogReader<Event extends EventRecord> implements Followed<Event>, Wakeable {
  onReady: () => void = () => undefined;
  private readonly log: ReadableLog;
  private readonly isWanted: (event: EventRecord) => event is Event;
  /** Nothing is taken until `begin` has told from where. */
  private place = Number.POSITIVE_INFINITY;
  private isLoading = false;
  /** An event that was read from the log for this reader: his, even if its page has been given up again. */
  private loaded: EventRecord | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(log: ReadableLog, isWanted: (event: EventRecord) => event is Event) {
    this.log = log;
    this.isWanted = isWanted;
  }

  /** Begins after an event's number, in a log whose newest event had the number `head`. */
  begin(after: number, head: number): void {
    this.place = after;
    this.log.learn(head);
  }

  /** How many events of the log it has not taken yet, wanted or not; 0 before it has begun. */
  get behind(): number {
    return Math.max(0, this.log.head - this.place);
  }

  take(): Event | undefined {
    if (this.failure !== undefined) throw this.failure.error;
    while (this.place < this.log.head && !this.isLoading) {
      const event = this.loaded ?? this.log.at(this.place + 1);
      if (event === undefined) {
        this.load();
        return undefined;
      }
      this.loaded = undefined;
      this.place += 1;
      if (this.isWanted(event)) return event;
    }
    return undefined;
  }

  wake(): void {
    if (!this.isLoading) this.onReady();
  }

  close(): void {
    this.log.leave(this);
    this.onReady = () => undefined;
  }

  private load(): void {
    const { accountId, pages } = this.log;
    const wanted = this.place + 1;
    this.isLoading = true;
    pages
      .load(accountId, wanted)
      .then((event) => {
        this.loaded = event ?? this.log.at(wanted);
        this.log.isLagging ||= this.loaded === undefined;
      })
      .catch((error: unknown) => {
        this.failure = { error };
      })
      .finally(() => {
        this.isLoading = false;
        if (this.failure !== undefined || this.loaded !== undefined) this.onReady();
      });
  }
}
