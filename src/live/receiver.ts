// What takes the signals of promoted accounts, as the deliverer sees it, and what it can answer.
import type { LiveOrder } from "../ports.ts";

export type ReceiverAnswer =
  | { readonly kind: "delivered" }
  /** It will never take it: the same again is in vain. */
  | { readonly kind: "refused"; readonly problem: string }
  /** It may take it later, or has taken it and nobody knows. */
  | { readonly kind: "unavailable"; readonly problem: string; readonly retryAfterMs?: number };

export interface LiveReceiver {
  /** Sends one delivery once; a receiver that gets the same again must know it by its key. Throws nothing. */
  send(order: LiveOrder, abort: AbortSignal): Promise<ReceiverAnswer>;
}
