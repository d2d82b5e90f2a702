// Readers of an account's log: each takes every wanted event once, in order, whatever the doorbell and the cache forget.
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { EventRecord } from "../../src/domain/records.ts";
import { CACHED_EVENTS_MAX, LogPages } from "../../src/events/logPages.ts";
import {
  CLOSED_EVERY,
  eventOf,
  isAny,
  isClosed,
  numbers,
  type OpenLogs,
  openLogs,
  StoredLogs,
  Taker,
} from "./logReaderLogs.ts";

/** Longer than a log is quiet before it is looked at. */
const POLLED_MS = 2500;

let open: OpenLogs;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  open = openLogs();
  onTestFinished(() => {
    open.logs.close();
    vi.useRealTimers();
  });
});

describe("A reader of a log", () => {
  test("should take what is rung without reading anything from the log", async () => {
    const reader = open.follow("a");
    open.tell("a", 3);
    open.tell("a", 2);
    expect(await reader.takeAll()).toEqual([1, 2, 3, 4, 5]);
    expect(open.stored.reads).toBe(0);
  });

  test("should take nothing before it is told where it begins, and everything after that", async () => {
    const reader = new Taker(open.logs.follow("a", isAny));
    open.tell("a", 3);
    expect(await reader.takeAll()).toEqual([]);
    reader.reader.begin(1, open.stored.head("a"));
    open.tell("a", 1);
    expect(await reader.takeAll()).toEqual([2, 3, 4]);
    expect(open.stored.reads).toBe(0);
  });

  test("should read what was there before anyone followed, in whole pages, and go on with what is rung", async () => {
    open.tell("a", 250);
    const reader = open.follow("a", 30);
    expect(await reader.takeAll()).toEqual(numbers(30, 250));
    expect(open.stored.reads).toBe(3);
    open.tell("a", 10);
    expect(await reader.takeAll()).toEqual(numbers(30, 260));
    expect(open.stored.reads).toBe(3);
  });

  test("should read what falls between two rings from the log", async () => {
    const reader = open.follow("a");
    open.tell("a", 2);
    open.stored.write("a", 120);
    open.tell("a", 3);
    expect(await reader.takeAll()).toEqual(numbers(0, 125));
  });

  test("should be told by a poll of events whose ring was lost", async () => {
    const reader = open.follow("a");
    open.tell("a", 1);
    expect(await reader.takeAll()).toEqual([1]);
    open.stored.write("a", 4);
    expect(await reader.takeAll()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(POLLED_MS);
    expect(await reader.takeAll()).toEqual([1, 2, 3, 4, 5]);
  });

  test("should be told by a poll also where a newcomer has come meanwhile, who found the event by himself", async () => {
    const reader = open.follow("a");
    expect(await reader.takeAll()).toEqual([]);
    open.stored.write("a", 1);
    expect(await open.follow("a").takeAll()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(POLLED_MS);
    expect(await reader.takeAll()).toEqual([1]);
  });

  test("should be told by a later poll where the first ones failed, which are reported", async () => {
    const reader = open.follow("a");
    open.stored.write("a", 1);
    open.stored.failure = new Error("no database");
    await vi.advanceTimersByTimeAsync(POLLED_MS);
    expect(open.failedPolls).toContain(open.stored.failure);
    open.stored.failure = undefined;
    await vi.advanceTimersByTimeAsync(POLLED_MS);
    expect(await reader.takeAll()).toEqual([1]);
  });

  test("should take an event that is rung while its page is being read, though the read has not found it", async () => {
    open.stored.write("a", 3);
    const reader = open.follow("a");
    open.stored.isHolding = true;
    expect(await reader.takeAll()).toEqual([]);
    open.tell("a", 2);
    expect(await reader.takeAll()).toEqual([]);
    open.stored.release();
    expect(await reader.takeAll()).toEqual([1, 2, 3, 4, 5]);
    expect(open.stored.reads).toBe(1);
  });

  test("should take an event that is rung while it is looked for in vain", async () => {
    open.stored.write("a", 3);
    const reader = new Taker(open.logs.follow("a", isAny));
    open.stored.isHolding = true;
    reader.reader.begin(3, 4);
    expect(await reader.takeAll()).toEqual([]);
    open.tell("a", 1);
    open.stored.release();
    expect(await reader.takeAll()).toEqual([4]);
  });

  test("should wait for a poll where the read does not find what it was told of, and then go on", async () => {
    const reader = new Taker(open.logs.follow("a", isAny));
    open.stored.write("a", 1);
    reader.reader.begin(0, 2);
    expect(await reader.takeAll()).toEqual([1]);
    open.stored.write("a", 1);
    await vi.advanceTimersByTimeAsync(POLLED_MS);
    expect(await reader.takeAll()).toEqual([1, 2]);
  });

  test("should find the one wanted event behind thousands of others", async () => {
    const reader = open.follow("a", 0, isClosed);
    open.stored.write("a", 3_000);
    open.tell("a", 1_000);
    expect(await reader.takeAll()).toEqual(numbers(0, 4_000 / CLOSED_EVERY).map((count) => count * CLOSED_EVERY));
    const other = open.follow("a", 0, (event): event is EventRecord => event.sequence === 3_999);
    expect(await other.takeAll()).toEqual([3_999]);
  });

  test("should get everything though it is so late that its pages have been given up", async () => {
    const late = open.follow("a");
    const prompt = open.follow("a");
    const all = 2 * CACHED_EVENTS_MAX;
    for (let told = 0; told < all; told += 512) {
      open.tell("a", 512);
      await prompt.takeAll();
    }
    expect(open.stored.reads).toBe(0);
    expect(await late.takeAll()).toEqual(numbers(0, all));
    expect(prompt.taken).toEqual(numbers(0, all));
    expect(open.stored.reads).toBeGreaterThan(0);
  });

  test("should share a read with those who ask for the same page meanwhile", async () => {
    open.stored.write("a", 80);
    open.stored.isHolding = true;
    const readers = [79, 10, 0].map((after) => open.follow("a", after));
    await Promise.all(readers.map((reader) => reader.takeAll()));
    expect(open.stored.reads).toBe(1);
    open.stored.release();
    const taken = await Promise.all(readers.map((reader) => reader.takeAll()));
    expect(taken).toEqual([[80], numbers(10, 80), numbers(0, 80)]);
    expect(open.stored.reads).toBe(1);
  });

  test("should end with the error of a read that failed, and so should those who shared it; later ones do not", async () => {
    open.stored.write("a", 5);
    open.stored.isHolding = true;
    const readers = [open.follow("a"), open.follow("a")];
    for (const reader of readers) await reader.takeAll();
    const failure = new Error("no database");
    for (const read of open.stored.held.splice(0)) read.fail(failure);
    for (const reader of readers) {
      await expect(reader.takeAll()).rejects.toBe(failure);
      expect(() => reader.reader.take()).toThrow(failure);
      expect(reader.taken).toEqual([]);
    }
    open.stored.release();
    expect(await open.follow("a").takeAll()).toEqual([1, 2, 3, 4, 5]);
  });

  test("should not wake anyone after it was closed, and leave nobody listening", async () => {
    open.stored.write("a", 5);
    open.stored.isHolding = true;
    const readers = [open.follow("a"), open.follow("a"), open.follow("b")];
    const wake = vi.fn();
    for (const reader of readers) {
      await reader.takeAll();
      reader.reader.onReady = wake;
    }
    expect([open.logs.readers(), open.doorbell.listeners()]).toEqual([3, 2]);
    for (const { reader } of readers) reader.close();
    for (const { reader } of readers) reader.close();
    expect([open.logs.readers(), open.doorbell.listeners()]).toEqual([0, 0]);
    open.stored.release();
    open.tell("a", 1);
    await vi.advanceTimersByTimeAsync(POLLED_MS);
    expect(wake).not.toHaveBeenCalled();
    expect(await open.follow("a").takeAll()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("should hear of its own account alone", async () => {
    const [a, b] = [open.follow("a"), open.follow("b")];
    open.tell("a", 2);
    expect(await b.takeAll()).toEqual([]);
    open.tell("b", 1);
    expect([await a.takeAll(), await b.takeAll()]).toEqual([[1, 2], [1]]);
  });
});

describe("The cache of log pages", () => {
  const ACCOUNTS = ["a", "b", "c"];

  /** The events of each account that are in memory, of so many. */
  function kept(pages: LogPages, head: number): number[] {
    return ACCOUNTS.map((account) => numbers(0, head).filter((sequence) => pages.at(account, sequence)).length);
  }

  function total(counts: readonly number[]): number {
    return counts.reduce((sum, count) => sum + count, 0);
  }

  test.each([{ eventsMax: 1_000 }, { eventsMax: 250 }, { eventsMax: 60 }])(
    "should keep $eventsMax events at most, of all accounts together",
    async ({ eventsMax }) => {
      const stored = new StoredLogs();
      const pages = new LogPages(stored.readEvents, eventsMax);
      for (const account of ACCOUNTS) stored.write(account, 2_000);
      for (let sequence = 1; sequence <= 2_000; sequence += 1) {
        for (const account of ACCOUNTS) pages.add(eventOf(account, sequence));
        if (sequence % 333 === 0) expect(total(kept(pages, 2_000))).toBeLessThanOrEqual(eventsMax);
      }
      for (const sequence of [1, 501, 1_001]) {
        for (const account of ACCOUNTS) {
          expect((await pages.load(account, sequence))?.sequence).toBe(sequence);
          expect(total(kept(pages, 2_000))).toBeLessThanOrEqual(eventsMax);
        }
      }
    },
  );

  test("should keep as many as it may where nothing else is said", () => {
    const pages = new LogPages(new StoredLogs().readEvents);
    const head = 2 * CACHED_EVENTS_MAX;
    for (let sequence = 1; sequence <= head; sequence += 1) pages.add(eventOf("a", sequence));
    const [count = 0] = kept(pages, head);
    expect(count).toBeLessThanOrEqual(CACHED_EVENTS_MAX);
    expect(count).toBeGreaterThan(CACHED_EVENTS_MAX - 100);
  });

  test("should count an event once that comes again and again", () => {
    const pages = new LogPages(new StoredLogs().readEvents, 200);
    for (let sequence = 1; sequence <= 100; sequence += 1) pages.add(eventOf("a", sequence));
    for (let again = 0; again < 300; again += 1) pages.add(eventOf("b", 1));
    expect(kept(pages, 100)).toEqual([100, 1, 0]);
  });

  test("should give up first what was not read for longest", () => {
    const pages = new LogPages(new StoredLogs().readEvents, 250);
    for (const account of ["a", "b"]) {
      for (let sequence = 1; sequence <= 100; sequence += 1) pages.add(eventOf(account, sequence));
    }
    for (let sequence = 1; sequence <= 100; sequence += 1) expect(pages.at("a", sequence)?.accountId).toBe("a");
    for (let sequence = 1; sequence <= 100; sequence += 1) pages.add(eventOf("c", sequence));
    expect(kept(pages, 100)).toEqual([100, 50, 100]);
  });
});
