// The delivery of one signal to the live route, from the decision to its end (domain.md 10).
import type { SignalOutcome } from "./log.ts";

export type DeliveryState = "PENDING" | "DELIVERED" | "FAILED";

/** Why a delivery has failed for good. */
export type DeliveryFailure = "REFUSED" | "DEMOTED" | "SIGNAL_EXPIRED" | "TOO_OLD";

/** What became of a delivery that was tried. */
export type DeliveryEnd =
  | { readonly kind: "delivered" }
  | {
      readonly kind: "failed";
      readonly failure: DeliveryFailure;
      readonly problem: string;
      /** Whether this attempt was never sent, and does not count. */
      readonly unsent?: boolean;
    };

export interface Delivery {
  readonly accountId: string;
  readonly signalId: string;
  /** The number of the event that tells of the signal: deliveries of an account are sent in this order. */
  readonly sequence: number;
  readonly state: DeliveryState;
  readonly failure: DeliveryFailure | null;
  /** What the last attempt ran into, in words; null where nothing has gone wrong. */
  readonly problem: string | null;
  /** How often it was sent, or was about to be. */
  readonly attempts: number;
  readonly nextAttemptMs: number;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

/** The delivery of a signal that was routed live: the only one who makes any. Throws for every other outcome. */
export function newDelivery({ accountId, signal, sequence, status, receivedAtMs }: SignalOutcome): Delivery {
  if (status !== "ROUTED_LIVE") throw new Error(`a signal that is ${status} is not delivered`);
  return {
    accountId,
    signalId: signal.signalId,
    sequence,
    state: "PENDING",
    failure: null,
    problem: null,
    attempts: 0,
    nextAttemptMs: receivedAtMs,
    createdAtMs: receivedAtMs,
    endedAtMs: null,
  };
}

/** A delivery that has arrived. */
export function deliveredAt(delivery: Delivery, endedAtMs: number): Delivery {
  return { ...delivery, state: "DELIVERED", failure: null, problem: null, endedAtMs };
}

/** A delivery that is given up. */
export function failedAt(
  delivery: Delivery,
  { failure, problem }: { readonly failure: DeliveryFailure; readonly problem: string },
  endedAtMs: number,
): Delivery {
  return { ...delivery, state: "FAILED", failure, problem, endedAtMs };
}
