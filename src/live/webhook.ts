// The signed webhook: a receiver that takes deliveries by POST. The only file that sends anything out for the live route.
import type { LiveOrder } from "../ports.ts";
import { idempotencyKey, messageOf } from "./message.ts";
import type { LiveReceiver, ReceiverAnswer } from "./receiver.ts";
import { signatureOf } from "./signature.ts";

/** How long one attempt may take, from connecting to the end of the answer. */
export const WEBHOOK_TIMEOUT_MS = 10_000;
/** How much of an answer is read, so that its connection can be used again; what it says is ignored. */
const ANSWER_BYTES_MAX = 4096;
/** Refusals that may pass: a timeout, too early, too many requests. */
const PASSING_REFUSALS: ReadonlySet<number> = new Set([408, 425, 429]);

export interface WebhookOptions {
  /** https, or http to this machine. */
  readonly url: string;
  readonly secret: string;
  readonly accountGlobalId: (accountId: string) => string;
  readonly timeoutMs?: number;
}

/** A receiver behind an address. Neither the address nor the secret is in any problem that it tells. */
export function createWebhook(options: WebhookOptions): LiveReceiver {
  return {
    send: async (order, abort) => {
      try {
        return await post(options, order, abort);
      } catch (error) {
        return { kind: "unavailable", problem: problemOf(error) };
      }
    },
  };
}

async function post(options: WebhookOptions, order: LiveOrder, abort: AbortSignal): Promise<ReceiverAnswer> {
  const { url, secret, accountGlobalId, timeoutMs = WEBHOOK_TIMEOUT_MS } = options;
  const body = messageOf(order, accountGlobalId);
  const response = await fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      "user-agent": "Papertape",
      "idempotency-key": idempotencyKey(order),
      "papertape-signature": signatureOf(secret, body, Math.floor(Date.now() / 1000)),
    },
    body,
    signal: AbortSignal.any([abort, AbortSignal.timeout(timeoutMs)]),
  });
  await drain(response);
  return answerOf(response);
}

function answerOf({ status, ok, headers }: Response): ReceiverAnswer {
  if (ok) return { kind: "delivered" };
  const problem = `the receiver answered ${status}`;
  if (status >= 400 && status < 500 && !PASSING_REFUSALS.has(status)) return { kind: "refused", problem };
  const seconds = headers.get("retry-after");
  const retryAfterMs = seconds !== null && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
  return { kind: "unavailable", problem, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** The status is the answer: that its body breaks off changes nothing. */
async function drain({ body }: Response): Promise<void> {
  if (body === null) return;
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > ANSWER_BYTES_MAX) break;
    }
  } catch {
    // The rest of an answer that nobody needs.
  }
}

/** What went wrong on the way, by its code: messages of the network name addresses. */
function problemOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "the receiver did not answer in time";
  if (error instanceof Error && error.name === "AbortError") return "the desk was shut down before an answer came";
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "no connection";
  return `the receiver could not be reached (${code})`;
}
