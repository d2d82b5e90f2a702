// One attempt to deliver: what is overdue is not sent, what arrives or is refused has ended, the rest is tried again later.
import type { DeliveryEnd } from "../domain/delivery.ts";
import type { DeliveryStore, LiveOrder } from "../ports.ts";
import { waitAfter } from "./backoff.ts";
import type { LiveReceiver } from "./receiver.ts";

/** A signal that could not be delivered for so long is given up: nobody should trade on it any more. */
export const DELIVERY_AGE_MS_MAX = 3_600_000;

export interface LiveLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Records the end of a delivery; where that fails, it is sent again with the same key. */
export type RecordEnd = (order: LiveOrder, end: DeliveryEnd) => Promise<void>;

export interface Attempts {
  readonly store: Pick<DeliveryStore, "postpone">;
  readonly receiver: LiveReceiver;
  readonly record: RecordEnd;
  readonly log: LiveLog;
  readonly abort: AbortSignal;
}

/** Tries an order that was claimed. Never rejects: an attempt whose end could not be recorded is claimed again later. */
export async function deliver(attempts: Attempts, order: LiveOrder): Promise<void> {
  const { record, log } = attempts;
  try {
    const end = overdue(order, Date.now()) ?? (await send(attempts, order));
    if (end === undefined) return;
    await record(order, end);
    if (end.kind === "delivered") log.info(named(order), "a live delivery has arrived");
    else log.warn({ ...named(order), failure: end.failure, problem: end.problem }, "a live delivery is given up");
  } catch (error) {
    log.warn({ err: error, ...named(order) }, "the end of a live delivery could not be recorded; it is sent again");
  }
}

/** The end that an attempt has come to; undefined where there will be another. */
async function send({ receiver, store, log, abort }: Attempts, order: LiveOrder): Promise<DeliveryEnd | undefined> {
  const answer = await receiver.send(order, abort);
  if (answer.kind === "delivered") return answer;
  const { problem } = answer;
  if (answer.kind === "refused") return { kind: "failed", failure: "REFUSED", problem };
  const { attempts } = order.delivery;
  const waitMs = waitAfter(attempts, Math.random(), answer.retryAfterMs);
  await store.postpone(order.delivery, Date.now() + waitMs, problem);
  log.warn({ ...named(order), attempts, waitMs, problem }, "a live delivery is tried again later");
  return undefined;
}

/** Why a delivery is not sent any more, where that is so. */
function overdue({ delivery, signal }: LiveOrder, nowMs: number): DeliveryEnd | undefined {
  if (signal.expiresAt !== null && Date.parse(signal.expiresAt) <= nowMs) {
    const problem = `the signal expired at ${signal.expiresAt}`;
    return { kind: "failed", failure: "SIGNAL_EXPIRED", problem, unsent: true };
  }
  if (nowMs - Date.parse(delivery.createdAt) > DELIVERY_AGE_MS_MAX) {
    const problem = `it could not be delivered within ${DELIVERY_AGE_MS_MAX / 60_000} minutes`;
    return { kind: "failed", failure: "TOO_OLD", problem, unsent: true };
  }
  return undefined;
}

function named({ accountName: account, delivery: { accountId, signalId } }: LiveOrder): object {
  return { account, accountId, signalId };
}
