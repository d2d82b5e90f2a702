// Tries again, later and later, as long as only problems come that pass by themselves.
import { setTimeout as sleep } from "node:timers/promises";
import { backoffMs } from "./backoff.ts";
import { FollowError } from "./followError.ts";

/** The attempt has failed; the next one comes after the delay. */
export type OnFailure = (problem: FollowError, delayMs: number) => void;

export class Persistence {
  private readonly signal: AbortSignal;
  private readonly onFailure: OnFailure;
  /** Failures since the last success. */
  private failures = 0;

  constructor(signal: AbortSignal, onFailure: OnFailure) {
    this.signal = signal;
    this.onFailure = onFailure;
  }

  /** Something has gone well: the next delay is a first one again. */
  succeed(): void {
    this.failures = 0;
  }

  /** What the act answers, when it does. Throws a problem that does not pass, any other error, and at the signal. */
  async attempt<Result>(act: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await act();
      } catch (problem) {
        if (this.signal.aborted || !(problem instanceof FollowError) || !problem.passes) throw problem;
        const delayMs = backoffMs(this.failures);
        this.failures += 1;
        this.onFailure(problem, delayMs);
        await sleep(delayMs, undefined, { signal: this.signal });
      }
    }
  }
}
