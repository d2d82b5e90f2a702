// Tries an act again while its problems pass: queries, and mutations that bear repeating.

import type { PapertapeError } from "./errors.ts";
import { Persistence } from "./persistence.ts";

export interface RetryOptions {
  /** Ends it: it throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Is told of each failure, and how long it waits then. */
  readonly onFailure?: (problem: PapertapeError, delayMs: number) => void;
}

/**
 * What the act answers, when it does. After a problem that passes it waits (250 ms at most, doubling to 15 s, with full
 * jitter, and as long as the server asks) and acts again. Throws anything else. A mutation that broke off may have been done:
 * give it an id of its own (`signalId`, `requestId`), and doing it again changes nothing.
 */
export function retry<Result>(act: () => Promise<Result>, options: RetryOptions = {}): Promise<Result> {
  const { signal = new AbortController().signal, onFailure = () => undefined } = options;
  return new Persistence(signal, onFailure).attempt(act);
}
