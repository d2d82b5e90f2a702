// The part of the accounts' logs that is in memory: pages shared by all readers, the least recently read given up first.
import { LRUCache } from "lru-cache";
import type { EventRecord } from "../domain/records.ts";

/** Events of one page: what one query reads. */
const PAGE_EVENTS = 100;
/** Events in memory, of all accounts together; an event takes about 5 kB. */
export const CACHED_EVENTS_MAX = 8_192;

/** Reads events of an account after a number, in order, at most `limit`. */
export type ReadEvents = (accountId: string, after: number, limit: number) => Promise<EventRecord[]>;

/** Events by their place in the page; a page may begin anywhere and grow to both ends. */
interface Page {
  readonly events: (EventRecord | undefined)[];
  count: number;
}

export class LogPages {
  private readonly read: ReadEvents;
  private readonly pages = new LRUCache<string, Page>({
    maxSize: CACHED_EVENTS_MAX,
    sizeCalculation: ({ count }) => count,
  });
  private readonly loading = new Map<string, Promise<void>>();

  constructor(read: ReadEvents) {
    this.read = read;
  }

  /** An event, if it is in memory. */
  at(accountId: string, sequence: number): EventRecord | undefined {
    return this.pages.get(keyOf(accountId, sequence))?.events[placeOf(sequence)];
  }

  add(event: EventRecord): void {
    const key = keyOf(event.accountId, event.sequence);
    const page = this.pages.get(key) ?? { events: [], count: 0 };
    const place = placeOf(event.sequence);
    if (page.events[place] !== undefined) return;
    page.events[place] = event;
    page.count += 1;
    this.pages.set(key, page);
  }

  /** Reads the page of an event from the log, once for all who ask meanwhile. Throws what reading throws. */
  load(accountId: string, sequence: number): Promise<void> {
    const key = keyOf(accountId, sequence);
    const loading = this.loading.get(key);
    if (loading !== undefined) return loading;
    const before = sequence - 1 - placeOf(sequence);
    const loaded = this.read(accountId, before, PAGE_EVENTS)
      .then((events) => {
        for (const event of events) this.add(event);
      })
      .finally(() => this.loading.delete(key));
    this.loading.set(key, loaded);
    return loaded;
  }
}

function keyOf(accountId: string, sequence: number): string {
  return `${accountId}/${Math.floor((sequence - 1) / PAGE_EVENTS)}`;
}

function placeOf(sequence: number): number {
  return (sequence - 1) % PAGE_EVENTS;
}
