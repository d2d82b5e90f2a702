// The door: lets in by an `Authorization` text, keeps an eye on those who stay, and knows what was revoked.
import { type Authentication, BAD_TOKEN, bearerOf, MISSING } from "./authentication.ts";
import type { ApiKeyStore } from "./keyPorts.ts";
import { SECRET_MARK } from "./keySecret.ts";
import { createKeyDoor, type KeyDoor, USES_SAVED_EVERY_MS } from "./keys.ts";
import { OpenVisits, VISITS_CHECKED_EVERY_MS } from "./openVisits.ts";
import type { TokenDoor } from "./tokens.ts";

export interface DoorOptions {
  readonly store: ApiKeyStore;
  /** Without it only keys are let in. */
  readonly tokens?: TokenDoor | undefined;
  /** Told when the store fails at work that nobody waits for; it is tried again. */
  readonly onFailed: (error: unknown, what: string) => void;
  readonly now?: () => number;
  /** In place of VISITS_CHECKED_EVERY_MS. */
  readonly visitsCheckedEveryMs?: number;
}

export interface Door {
  /** Who comes with these credentials. Rejects where the database cannot tell. */
  authenticate(authorization: unknown): Authentication | Promise<Authentication>;
  readonly visits: OpenVisits;
  /** Looks now at what the timer looks at: visits that are over. */
  look(): Promise<void>;
  /** A key was revoked by this process: nobody comes in with it from now on, and those who did are shown out. */
  revoked(keyId: string): void;
  /** Saves the uses that are still to be saved. */
  close(): Promise<void>;
}

export function createDoor({ store, tokens, onFailed, now, visitsCheckedEveryMs }: DoorOptions): Door {
  const keys = createKeyDoor(store, now);
  const visits = new OpenVisits(store, now);
  const stop = [
    repeat(
      visitsCheckedEveryMs ?? VISITS_CHECKED_EVERY_MS,
      () => visits.check(),
      (error) => onFailed(error, "open visits could not be checked; it is tried again"),
    ),
    repeat(
      USES_SAVED_EVERY_MS,
      () => keys.saveUses(),
      (error) => onFailed(error, USES_LOST),
    ),
  ];
  return {
    authenticate: (authorization) => {
      if (authorization === undefined || authorization === null || authorization === "") return MISSING;
      const credentials = bearerOf(authorization);
      if (credentials === undefined) return MISSING;
      return authenticate(keys, tokens, credentials);
    },
    visits,
    look: () => visits.check(),
    revoked: (keyId) => {
      keys.forget(keyId);
      visits.endOf(keyId);
    },
    close: async () => {
      for (const each of stop) each();
      await keys.saveUses().catch((error: unknown) => onFailed(error, USES_LOST));
    },
  };
}

const USES_LOST = "the times at which keys were used could not be saved";

function authenticate(keys: KeyDoor, tokens: TokenDoor | undefined, credentials: string) {
  if (credentials.startsWith(SECRET_MARK)) return keys.authenticate(credentials);
  return tokens === undefined ? BAD_TOKEN : tokens.authenticate(credentials);
}

/** Does something again and again; one that is still under way is not begun anew. */
function repeat(everyMs: number, work: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let isUnderWay = false;
  const timer = setInterval(() => {
    if (isUnderWay) return;
    isUnderWay = true;
    work()
      .catch(failed)
      .finally(() => {
        isUnderWay = false;
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
