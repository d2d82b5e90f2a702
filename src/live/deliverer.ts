// Works the outbox of the live route: claims what is due, has it delivered, and comes back to what is left; across restarts.
import type { DeliveryStore, LiveRoute } from "../ports.ts";
import { deliver, type LiveLog, type RecordEnd } from "./attempt.ts";
import type { LiveReceiver } from "./receiver.ts";
import { WEBHOOK_TIMEOUT_MS } from "./webhook.ts";

/** Deliveries under way at once: what waits beyond them waits in the database. */
export const DELIVERIES_AT_ONCE_MAX = 16;
/** How long a claim holds: longer than an attempt. Whoever takes over from a process that is gone waits for its end. */
const CLAIM_MS = WEBHOOK_TIMEOUT_MS + 5000;
/** The outbox is looked at so often even where nothing says that something is due. */
const LOOK_EVERY_MS = 30_000;
const LOOK_AGAIN_MS_MIN = 20;
/** The wait after the database has failed. */
const DATABASE_WAIT_MS = 5000;
/** How long a shutdown waits for answers before it breaks off: what was sent then is sent again. */
const CLOSE_WAIT_MS = 3000;

export interface DelivererOptions {
  readonly store: DeliveryStore;
  readonly receiver: LiveReceiver;
  readonly log: LiveLog;
  /** Whether other processes may work the same outbox. */
  readonly isShared: boolean;
}

export interface Deliverer extends LiveRoute {
  /** Begins to work what waits. */
  start(record: RecordEnd): void;
  /** Claims nothing more, and resolves when what is under way has its answer or was broken off. */
  close(): Promise<void>;
}

/** A deliverer that begins with `start`; until then `wake` does nothing. */
export function createDeliverer(options: DelivererOptions): Deliverer {
  const { store, log, isShared } = options;
  const underWay = new Set<Promise<void>>();
  const stop = new AbortController();
  let record: RecordEnd | undefined;
  let isClosed = false;
  let isAsked = false;
  let working: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const wake = (): void => {
    if (record === undefined || isClosed) return;
    isAsked = true;
    working ??= work(record).finally(() => {
      working = undefined;
      if (isAsked) wake();
    });
  };

  const work = async (recordEnd: RecordEnd): Promise<void> => {
    clearTimeout(timer);
    let waitMs = LOOK_EVERY_MS;
    try {
      while (isAsked && !isClosed) {
        isAsked = false;
        waitMs = await sendDue(recordEnd);
      }
    } catch (error) {
      log.warn({ err: error }, "the outbox of the live route could not be looked at; it is tried again");
      waitMs = DATABASE_WAIT_MS;
    }
    if (!isClosed) timer = setTimeout(wake, waitMs).unref();
  };

  /** Sends what is due, and answers how long nothing more is. What has no room now is asked for when something ends. */
  const sendDue = async (recordEnd: RecordEnd): Promise<number> => {
    const room = DELIVERIES_AT_ONCE_MAX - underWay.size;
    if (room <= 0) return LOOK_EVERY_MS;
    const nowMs = Date.now();
    for (const order of await store.claim(nowMs, nowMs + CLAIM_MS, room)) {
      const sent = deliver({ ...options, record: recordEnd, abort: stop.signal }, order).finally(() => {
        underWay.delete(sent);
        wake();
      });
      underWay.add(sent);
    }
    const dueMs = await store.nextDueMs();
    return Math.min(LOOK_EVERY_MS, Math.max(LOOK_AGAIN_MS_MIN, (dueMs ?? Number.POSITIVE_INFINITY) - Date.now()));
  };

  const begin = async (recordEnd: RecordEnd): Promise<void> => {
    try {
      if (!isShared) await store.releaseAll(Date.now());
    } catch (error) {
      log.warn({ err: error }, "live deliveries of before wait for their next attempt");
    }
    record = recordEnd;
    wake();
  };

  return {
    wake,
    start: (recordEnd) => void begin(recordEnd),
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await working;
      const breakOff = setTimeout(() => stop.abort(), CLOSE_WAIT_MS);
      await Promise.all(underWay);
      clearTimeout(breakOff);
    },
  };
}
