// API keys as they are shown at the door: found by their hash, remembered for a while, their use noted now and then.
import { LRUCache } from "lru-cache";
import { type Authentication, BAD_KEY } from "./authentication.ts";
import type { ApiKey, ApiKeyStore } from "./keyPorts.ts";
import { hashOfSecret, isWellFormedSecret } from "./keySecret.ts";
import { grantedViewer } from "./viewer.ts";

/** A key is looked up again after so long: on other nodes, a revocation is known by then. */
export const KEY_REMEMBERED_MS = 30_000;
export const KEYS_REMEMBERED_MAX = 1_000;
/** The time of a key's last use is saved so often at the most. */
export const USES_SAVED_EVERY_MS = 60_000;

type Store = Pick<ApiKeyStore, "findByHash" | "noteUses">;

export interface KeyDoor {
  /** Lets in by a secret. A key that is remembered needs no query, and is answered at once. Throws what the store throws. */
  authenticate(secret: string): Authentication | Promise<Authentication>;
  /** Forgets a key that was revoked here: the next who shows it is looked up. */
  forget(keyId: string): void;
  /** Saves the uses that were noted since the last time. */
  saveUses(): Promise<void>;
}

export function createKeyDoor(store: Store, now: () => number = Date.now): KeyDoor {
  const uses = new Map<string, number>();
  const known = new LRUCache<string, ApiKey>({
    max: KEYS_REMEMBERED_MAX,
    ttl: KEY_REMEMBERED_MS,
    perf: { now },
    ttlResolution: 0,
    // Many who come at once with the same key wait for one query.
    fetchMethod: (hash) => store.findByHash(hash),
  });
  // A query that was under way when its key was revoked still answers the key as it was.
  const revoked = new LRUCache<string, true>({ max: KEYS_REMEMBERED_MAX, ttl: 2 * KEY_REMEMBERED_MS });

  // A secret is hashed once while its key comes again and again; what becomes of it is judged each time all the same.
  const hashes = new LRUCache<string, string>({ max: KEYS_REMEMBERED_MAX, ttl: KEY_REMEMBERED_MS });

  function judge(key: ApiKey | undefined): Authentication {
    const nowMs = now();
    if (key === undefined || key.revokedAt !== null || revoked.has(key.keyId)) return BAD_KEY;
    if (key.expiresAt !== null && key.expiresAt.getTime() <= nowMs) return BAD_KEY;
    uses.set(key.keyId, nowMs);
    return { kind: "admitted", ...admissionOf(key) };
  }

  return {
    authenticate: (secret) => {
      const hashed = hashes.get(secret);
      if (hashed === undefined && !isWellFormedSecret(secret)) return BAD_KEY;
      const hash = hashed ?? hashOfSecret(secret);
      const key = known.get(hash);
      if (key === undefined) return known.fetch(hash).then(judge);
      if (hashed === undefined) hashes.set(secret, hash);
      return judge(key);
    },
    forget: (keyId) => {
      revoked.set(keyId, true);
      for (const [hash, key] of known.entries()) if (key.keyId === keyId) known.delete(hash);
    },
    saveUses: async () => {
      if (uses.size === 0) return;
      const noted = [...uses].map(([keyId, atMs]) => ({ keyId, at: new Date(atMs) }));
      uses.clear();
      await store.noteUses(noted);
    },
  };
}

/** One object for each key that is remembered: it is asked for with every request. */
const admissions = new WeakMap<ApiKey, ReturnType<typeof newAdmission>>();

function admissionOf(key: ApiKey) {
  const made = admissions.get(key) ?? newAdmission(key);
  admissions.set(key, made);
  return made;
}

function newAdmission({ keyId, owner, name, scopes, accounts, expiresAt }: ApiKey) {
  const viewer = grantedViewer({
    owner,
    actor: { kind: "key", id: keyId, name },
    scopes,
    accounts: accounts === null ? null : new Set(accounts),
  });
  return { viewer, keyId, expiresAtMs: expiresAt?.getTime() ?? null };
}
