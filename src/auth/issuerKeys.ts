// The keys of an identity provider: fetched when they are needed, and good for a while where he cannot be reached.
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";

/** The provider's keys are fetched anew after so long, or when a token names one that is not known, */
export const KEYS_KEPT_MS = 10 * 60_000;
/** but not more often than that, whoever sends whatever. */
export const KEYS_FETCHED_EVERY_MS = 30_000;
/** Where he cannot be reached he is asked again after so long, and his tokens are answered meanwhile without asking. */
export const KEYS_TRIED_EVERY_MS = 10_000;
/** Keys that cannot be fetched anew are good for so long: about as long as the tokens that he gave before. */
export const KEYS_GOOD_MS = 60 * 60_000;
const KEYS_TIMEOUT_MS = 5_000;

/** Whether a token is good cannot be told: no key that suffices is known, and the provider cannot be asked. */
export class KeysUnreachableError extends Error {}

/**
 * Finds the key that a token names. Throws KeysUnreachableError, and JWKSNoMatchingKey where the provider has no such key.
 * `onUnreachable` is told of each try that failed.
 */
export function createIssuerKeys(
  url: string,
  onUnreachable: (error: unknown) => void,
  now: () => number = Date.now,
): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(url), { timeoutDuration: KEYS_TIMEOUT_MS });
  let known: JWTVerifyGetKey | undefined;
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let failedAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<boolean> | undefined;

  async function tryFetch(): Promise<boolean> {
    try {
      await remote.reload();
      known = createLocalJWKSet(remote.jwks() ?? { keys: [] });
      fetchedAtMs = now();
      return true;
    } catch (error) {
      failedAtMs = now();
      onUnreachable(error);
      return false;
    } finally {
      underWay = undefined;
    }
  }

  /** Whether the keys are new now; all who ask at once wait for one answer. */
  async function fetchKeys(): Promise<boolean> {
    if (underWay === undefined && now() - failedAtMs < KEYS_TRIED_EVERY_MS) return false;
    underWay ??= tryFetch();
    return underWay;
  }

  const areYoungerThan = (ageMs: number): boolean => now() - fetchedAtMs < ageMs;

  return async (header, token) => {
    if (!areYoungerThan(KEYS_KEPT_MS)) await fetchKeys();
    if (known === undefined || !areYoungerThan(KEYS_GOOD_MS)) throw new KeysUnreachableError();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || areYoungerThan(KEYS_FETCHED_EVERY_MS)) throw error;
    }
    if (!(await fetchKeys())) throw new KeysUnreachableError();
    return known(header, token);
  };
}
