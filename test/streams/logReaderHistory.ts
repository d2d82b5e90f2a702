// Random histories of logs and their readers: rings that are lost or late, reads that wait, a cache that forgets.
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { vi } from "vitest";
import type { EventRecord } from "../../src/domain/records.ts";
import type { LogReader } from "../../src/events/logReader.ts";
import { eventOf, isAny, isClosed, numbers, openLogs, Taker, type Wanted } from "./logReaderLogs.ts";

/** Logs are looked at so often; one that was heard of since the last time is left out. */
const POLL_MS = 1000;
const POLLS = 3;
const STEPS_MAX = 80;

const log = fc.constantFrom("a", "b");
/** One of several, counted round. */
const one = fc.nat({ max: 20 });

const commit = fc.record({
  kind: fc.constant("commit"),
  log,
  count: fc.integer({ min: 1, max: 150 }),
  ring: fc.constantFrom("now", "now", "late", "never"),
});
const follow = fc.record({
  kind: fc.constant("follow"),
  log,
  only: fc.constantFrom("all", "closed"),
  afterPercent: fc.integer({ min: 0, max: 100 }),
});
const take = fc.record({ kind: fc.constant("take"), one, count: fc.integer({ min: 1, max: 120 }) });
const onOne = fc.record({ kind: fc.constantFrom("begin", "begin", "answer a read", "answer a read", "leave"), one });
const onAll = fc.record({ kind: fc.constantFrom("ring what is late", "crowd the cache", "poll") });

const step = fc.oneof(
  { weight: 4, arbitrary: commit },
  { weight: 3, arbitrary: follow },
  { weight: 6, arbitrary: take },
  { weight: 7, arbitrary: onOne },
  { weight: 3, arbitrary: onAll },
);

/** A thing that happens. */
export type Step = typeof step extends fc.Arbitrary<infer Of> ? Of : never;

export const history = fc.array(step, { maxLength: STEPS_MAX, size: "max" });

/** A reader who has not begun yet. */
interface Waiting {
  readonly log: string;
  readonly only: "all" | "closed";
  readonly afterPercent: number;
  readonly reader: LogReader<EventRecord>;
}

interface Begun extends Waiting {
  readonly after: number;
  readonly taker: Taker;
}

/** What a reader has taken, and what he should have: all of it, or where he has left, the beginning of it. */
export interface Outcome {
  readonly taken: readonly number[];
  readonly expected: readonly number[];
}

function removeOne<Item>(items: Item[], number: number): Item | undefined {
  return items.splice(number % Math.max(items.length, 1), 1)[0];
}

/** Logs on which one history is played. Their timers must be fake. */
export class HistoryPlayer {
  private readonly open = openLogs();
  private readonly cachedEvents: number;
  /** Events of a log that is followed push those of the others out of the cache. */
  private readonly crowd: LogReader<EventRecord>;
  private readonly waiting: Waiting[] = [];
  private readonly begun: Begun[] = [];
  private readonly left: Begun[] = [];
  private readonly late: { readonly log: string; readonly events: readonly EventRecord[] }[] = [];

  /** `cachedEvents` are what the logs keep in memory. */
  constructor(cachedEvents: number) {
    this.cachedEvents = cachedEvents;
    this.open.stored.isHolding = true;
    this.crowd = this.open.logs.follow("crowd", isAny);
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const happens of steps) {
      this.do(happens);
      await nextTurn();
    }
  }

  /** Lets all reads answer and looks at all logs; answers what became of every reader. */
  async finish(): Promise<Outcome[]> {
    const { stored } = this.open;
    stored.release();
    for (let polls = 0; polls < POLLS; polls += 1) {
      for (const { taker } of this.begun) await taker.takeAll();
      vi.advanceTimersByTime(POLL_MS);
      await nextTurn();
    }
    for (const { taker } of this.begun) await taker.takeAll();
    const stayed = this.begun.map((one) => ({ taken: one.taker.taken, expected: this.expected(one) }));
    const left = this.left.map((one) => {
      const { taken } = one.taker;
      return { taken, expected: this.expected(one).slice(0, taken.length) };
    });
    const early = this.waiting.map(({ reader }) => ({ taken: [reader.take()?.sequence ?? []].flat(), expected: [] }));
    return [...stayed, ...left, ...early];
  }

  /** Everybody leaves; answers how many readers and listeners are left. */
  close(): number[] {
    const { logs, doorbell } = this.open;
    for (const { reader } of [...this.waiting, ...this.begun]) reader.close();
    this.crowd.close();
    logs.close();
    return [logs.readers(), doorbell.listeners()];
  }

  private do(happens: Step): void {
    const { stored, doorbell, logs } = this.open;
    switch (happens.kind) {
      case "commit":
        this.commit(happens.log, happens.count, happens.ring);
        break;
      case "follow":
        this.waiting.push({ ...happens, reader: logs.follow(happens.log, this.wanted(happens.only)) });
        break;
      case "begin":
        this.begin(removeOne(this.waiting, happens.one));
        break;
      case "take":
        this.begun[happens.one % Math.max(this.begun.length, 1)]?.taker.take(happens.count);
        break;
      case "leave":
        this.leave(removeOne(this.begun, happens.one));
        break;
      case "answer a read":
        removeOne(stored.held, happens.one)?.answer();
        break;
      case "ring what is late":
        for (const { log, events } of this.late.splice(0)) doorbell.ring(log, events);
        break;
      case "crowd the cache":
        this.open.tell("crowd", this.cachedEvents);
        break;
      case "poll":
        vi.advanceTimersByTime(POLL_MS);
    }
  }

  private commit(log: string, count: number, ring: "now" | "late" | "never"): void {
    const { stored, doorbell } = this.open;
    const events = stored.write(log, count);
    if (ring === "now") doorbell.ring(log, events);
    if (ring === "late") this.late.push({ log, events });
  }

  private begin(waiting: Waiting | undefined): void {
    if (waiting === undefined) return;
    const head = this.open.stored.head(waiting.log);
    const after = Math.floor((head * waiting.afterPercent) / 100);
    waiting.reader.begin(after, head);
    this.begun.push({ ...waiting, after, taker: new Taker(waiting.reader) });
  }

  private leave(leaving: Begun | undefined): void {
    if (leaving === undefined) return;
    leaving.reader.close();
    this.left.push(leaving);
  }

  private wanted(only: "all" | "closed"): Wanted {
    return only === "all" ? isAny : isClosed;
  }

  private expected({ log, only, after }: Begun): number[] {
    const isWanted = this.wanted(only);
    return numbers(after, this.open.stored.head(log)).filter((sequence) => isWanted(eventOf(log, sequence)));
  }
}
