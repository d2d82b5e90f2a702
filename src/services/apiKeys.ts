// API keys as use cases: made, listed, revoked; only the viewer's own, and only by those who are bound to no account.
import { validate as isUuid, v7 as uuidV7 } from "uuid";
import type { ApiKey, ApiKeyPlace, ApiKeyStore } from "../auth/keyPorts.ts";
import { hashOfSecret, newSecret, prefixOfSecret } from "../auth/keySecret.ts";
import { SCOPES, type Scope } from "../auth/scopes.ts";
import { actorText, isUnbound, type Viewer } from "../auth/viewer.ts";
import { type Issue, Issues } from "../domain/issues.ts";
import { resolveAccount } from "./accountIds.ts";
import type { List } from "./lists.ts";

/** Keys of one owner that are neither revoked nor expired. */
export const LIVE_KEYS_MAX = 1_000;
/** Accounts that one key may be bound to. */
export const KEY_ACCOUNTS_MAX = 100;

/** What use cases of keys work with. */
export interface ApiKeys {
  readonly store: ApiKeyStore;
  /** Told of a key that was revoked: nobody comes in with it any more. */
  readonly revoked: (keyId: string) => void;
}

export interface CreateApiKeyInput {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Names or ids of accounts, whether they exist or not; none leaves the key unbound. */
  readonly accounts?: readonly string[] | null | undefined;
  /** None means for ever. */
  readonly expiresAt?: Date | null | undefined;
}

export type KeyCreation =
  /** The secret is told here, and never again. */
  | { readonly kind: "created"; readonly apiKey: ApiKey; readonly secret: string }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] };

/** Makes a key of the viewer's owner, and tells its secret this once. */
export async function createApiKey(store: ApiKeyStore, viewer: Viewer, input: CreateApiKeyInput): Promise<KeyCreation> {
  const now = new Date();
  const issues = new Issues();
  const name = issues.text(["name"], input.name) ?? "";
  const scopes = SCOPES.filter((scope) => input.scopes.includes(scope));
  if (scopes.length === 0) issues.add(["scopes"], `has none of ${SCOPES.join(", ")}: at least one is needed`);
  const accounts = readAccounts(viewer.owner, input, issues);
  const expiresAt = input.expiresAt ?? null;
  if (expiresAt !== null && expiresAt <= now) issues.add(["expiresAt"], "has passed already");
  if (issues.list.length === 0 && (await store.countLive(now, viewer.owner)) >= LIVE_KEYS_MAX) {
    issues.add([], `cannot be made: there are ${LIVE_KEYS_MAX} keys already, the most allowed`);
  }
  if (issues.list.length > 0) return { kind: "invalid", issues: issues.list };
  const secret = newSecret();
  const made = {
    keyId: uuidV7(),
    owner: viewer.owner,
    name,
    prefix: prefixOfSecret(secret),
    scopes,
    accounts,
    createdBy: actorText(viewer.actor),
    createdAt: now,
    expiresAt,
  };
  await store.addKey({ ...made, hash: hashOfSecret(secret) });
  return { kind: "created", apiKey: { ...made, revokedAt: null, lastUsedAt: null }, secret };
}

function readAccounts(owner: string, { accounts, scopes }: CreateApiKeyInput, issues: Issues): string[] | null {
  if (accounts === null || accounts === undefined) return null;
  if (accounts.length === 0) issues.add(["accounts"], "is empty: leave it out for a key of all accounts");
  if (accounts.length > KEY_ACCOUNTS_MAX) {
    issues.add(["accounts"], `has ${accounts.length} items; at most ${KEY_ACCOUNTS_MAX} are allowed`);
    return null;
  }
  if (scopes.includes("admin")) issues.add(["scopes"], "has admin, which no key has that is bound to accounts");
  return [...new Set(accounts.map((account) => resolveAccount(owner, account)))];
}

export type KeyRevocation = { readonly kind: "revoked"; readonly apiKey: ApiKey } | { readonly kind: "apiKeyNotFound" };

/** Revokes a key for good; one that was revoked before stays as it is and is answered. */
export async function revokeApiKey(
  { store, revoked }: ApiKeys,
  viewer: Viewer,
  keyId: string | undefined,
): Promise<KeyRevocation> {
  if (keyId === undefined || !isUuid(keyId) || !isUnbound(viewer)) return { kind: "apiKeyNotFound" };
  const apiKey = await store.revoke(viewer.owner, keyId, new Date());
  if (apiKey === undefined) return { kind: "apiKeyNotFound" };
  revoked(keyId);
  return { kind: "revoked", apiKey };
}

/** The keys of the viewer's owner, newest first, those that are good for nothing any more among them. */
export function listApiKeys({ store }: Pick<ApiKeys, "store">, { owner }: Viewer): List<ApiKey, ApiKeyPlace> {
  return { find: (range) => store.listKeys(owner, range), count: () => store.countKeys(owner) };
}
