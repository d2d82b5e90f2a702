// The part of the accounts' logs that is in memory: pages shared by all readers, the least recently read given up first.
import { LRUCache } from "lru-cache";
import type { EventRecord } from "../domain/records.ts";

/** Events that one query reads. */
const PAGE_EVENTS = 100;
/** Events that are kept and given up together: few, so that many accounts with some events each have room. */
const BLOCK_EVENTS = 10;
/** Events in memory, of all accounts together; an event takes about 1.3 kB. */
export const CACHED_EVENTS_MAX = 8_192;

/** Reads events of an account after a number, in order, at most `limit`. */
export type ReadEvents = (accountId: string, after: number, limit: number) => Promise<EventRecord[]>;

/** Events by their place in the block; some may be missing. */
interface Block {
  readonly events: (EventRecord | undefined)[];
  readonly count: number;
}

export class LogPages {
  private readonly read: ReadEvents;
  private readonly blocks: LRUCache<string, Block>;
  private readonly loading = new Map<string, Promise<EventRecord[]>>();

  constructor(read: ReadEvents, eventsMax = CACHED_EVENTS_MAX) {
    this.read = read;
    this.blocks = new LRUCache({ maxSize: eventsMax, sizeCalculation: ({ count }) => count });
  }

  /** An event, if it is in memory. */
  at(accountId: string, sequence: number): EventRecord | undefined {
    return this.blocks.get(keyOf(accountId, sequence))?.events[placeOf(sequence)];
  }

  add(event: EventRecord): void {
    const key = keyOf(event.accountId, event.sequence);
    const { events, count } = this.blocks.get(key) ?? { events: [], count: 0 };
    const place = placeOf(event.sequence);
    if (events[place] !== undefined) return;
    events[place] = event;
    // The cache takes the size of a block anew only where it is another object.
    this.blocks.set(key, { events, count: count + 1 });
  }

  /**
   * Reads the page of an event from the log, once for all who ask meanwhile, and answers the event, if the log has it.
   * Throws what reading throws.
   */
  async load(accountId: string, sequence: number): Promise<EventRecord | undefined> {
    const before = sequence - 1 - ((sequence - 1) % PAGE_EVENTS);
    const key = `${accountId}/${before}`;
    const events = await (this.loading.get(key) ?? this.readPage(key, accountId, before));
    return events.find((event) => event.sequence === sequence);
  }

  private readPage(key: string, accountId: string, after: number): Promise<EventRecord[]> {
    const page = this.read(accountId, after, PAGE_EVENTS)
      .then((events) => {
        for (const event of events) this.add(event);
        return events;
      })
      .finally(() => this.loading.delete(key));
    this.loading.set(key, page);
    return page;
  }
}

function keyOf(accountId: string, sequence: number): string {
  return `${accountId}/${Math.floor((sequence - 1) / BLOCK_EVENTS)}`;
}

function placeOf(sequence: number): number {
  return (sequence - 1) % BLOCK_EVENTS;
}
