// Whether the server can do its work: its database answers, its feed is alive, its logs are delivered.
import { setTimeout as sleep } from "node:timers/promises";
import type { Readiness } from "./plainPages.ts";

/** A database that has not answered by then is as good as gone. */
const DATABASE_MS_MAX = 5_000;

export interface ReadinessSources {
  /** Resolves when the database has answered. */
  readonly askDatabase: () => Promise<unknown>;
  readonly feedAgeMs: () => number;
  /** For how long the newest events could not be asked for. */
  readonly logBlindMs: () => number;
  /** How long a subscriber who is woken now waits for his turn. */
  readonly deliveryDelayMs: () => Promise<number>;
}

/** From which on the server is not ready; undefined is never. */
export interface ReadinessLimits {
  readonly feedAgeMsMax: number | undefined;
  readonly logLagMsMax: number;
  /** For tests: in place of DATABASE_MS_MAX. */
  readonly databaseMsMax?: number;
}

/** What the server tells of itself when asked. Never throws: what cannot be told is a reason. */
export function createReadiness(sources: ReadinessSources, limits: ReadinessLimits): () => Promise<Readiness> {
  const { feedAgeMsMax, logLagMsMax, databaseMsMax = DATABASE_MS_MAX } = limits;
  return async () => {
    const [hasAnswered, delayMs] = await Promise.all([
      within(databaseMsMax, sources.askDatabase, false, () => true),
      within(logLagMsMax, sources.deliveryDelayMs, Number.POSITIVE_INFINITY, (ms) => ms),
    ]);
    const reasons: string[] = [];
    if (!hasAnswered) reasons.push("The database does not answer.");
    const feedAgeMs = sources.feedAgeMs();
    if (feedAgeMsMax !== undefined && feedAgeMs > feedAgeMsMax) {
      reasons.push(`No price was accepted for ${Math.floor(feedAgeMs / 1000)} s.`);
    }
    const blindMs = sources.logBlindMs();
    if (blindMs > logLagMsMax) reasons.push(`The logs could not be read for ${Math.floor(blindMs / 1000)} s.`);
    if (delayMs > logLagMsMax) reasons.push(`Subscribers wait for more than ${logLagMsMax / 1000} s.`);
    return reasons.length === 0 ? { ready: true } : { ready: false, reasons };
  };
}

/** What `work` answers, as `read`; `otherwise` where it fails or takes longer than `msMax`. */
async function within<Value, Answer>(
  msMax: number,
  work: () => Promise<Value>,
  otherwise: Answer,
  read: (value: Value) => Answer,
): Promise<Answer> {
  const late = new AbortController();
  const answered = work().then(read, () => otherwise);
  const tooLate = sleep(msMax, otherwise, { signal: late.signal, ref: false }).catch(() => otherwise);
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    late.abort();
  }
}
