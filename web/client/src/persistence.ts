// Tries again, later and later, as long as only problems come that pass by themselves.
import { backoffMs } from "./backoff.ts";
import { PapertapeError } from "./errors.ts";

/** The attempt has failed; the next one comes after the delay. */
export type OnFailure = (problem: PapertapeError, delayMs: number) => void;

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
        if (this.signal.aborted || !(problem instanceof PapertapeError) || !problem.passes) throw problem;
        const delayMs = Math.max(backoffMs(this.failures), problem.retryAfterMs ?? 0);
        this.failures += 1;
        this.onFailure(problem, delayMs);
        await sleep(delayMs, this.signal);
      }
    }
  }
}

/** Rejects at once when the signal is aborted. */
function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", leave);
      resolve();
    }, delayMs);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}
