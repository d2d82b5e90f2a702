// How long to wait before a delivery is tried again: twice as long each time, up to a bound, with jitter.

const FIRST_WAIT_MS = 1000;
/** The longest wait between two attempts. */
export const RETRY_WAIT_MS_MAX = 60_000;

/** The wait in milliseconds after so many attempts; `random` is from 0 to 1. At least as long as the receiver asks for, within the bound. */
export function waitAfter(attempts: number, random: number, retryAfterMs = 0): number {
  const whole = Math.min(RETRY_WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 16));
  const jittered = Math.round(whole * (0.5 + random / 2));
  return Math.max(jittered, Math.min(retryAfterMs, RETRY_WAIT_MS_MAX));
}
