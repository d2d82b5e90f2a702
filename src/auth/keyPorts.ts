// What is kept of API keys, and what those who keep them must be able to do.
import type { Range } from "../readPorts.ts";
import type { Scope } from "./scopes.ts";

/** An API key without its secret. */
export interface ApiKey {
  readonly keyId: string;
  readonly owner: string;
  readonly name: string;
  /** The beginning of its secret. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  /** The ids of the accounts that it is bound to; null for all of its owner's. */
  readonly accounts: readonly string[] | null;
  /** Who made it, as one text. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
}

export type NewApiKey = Omit<ApiKey, "revokedAt" | "lastUsedAt"> & {
  /** The hash of its secret. */
  readonly hash: string;
};

/** The place of a key in the list of its owner's, newest first. */
export interface ApiKeyPlace {
  readonly createdAt: Date;
  readonly keyId: string;
}

export interface ApiKeyStore {
  addKey(key: NewApiKey): Promise<void>;
  findByHash(hash: string): Promise<ApiKey | undefined>;
  /** A key by its id; undefined where the owner has none of that id. */
  findKey(owner: string, keyId: string): Promise<ApiKey | undefined>;
  /** Of these ids, those of keys that are not revoked. */
  findUnrevoked(keyIds: readonly string[]): Promise<string[]>;
  listKeys(owner: string, range: Range<ApiKeyPlace>): Promise<ApiKey[]>;
  countKeys(owner: string): Promise<number>;
  /** How many are neither revoked nor expired at that time, of all owners together where none is given. */
  countLive(at: Date, owner?: string): Promise<number>;
  /** Revokes a key, unless it was before; undefined where the owner has none of that id. */
  revoke(owner: string, keyId: string, at: Date): Promise<ApiKey | undefined>;
  /** Notes when keys were used last. */
  noteUses(uses: readonly { readonly keyId: string; readonly at: Date }[]): Promise<void>;
}
