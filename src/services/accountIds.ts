// Account ids: made from owner and name, so that a name needs no look-up and is unique by the primary key.
import { validate as isUuid, v5 as uuidV5 } from "uuid";

const NAMESPACE = "8d0f7c9e-6a44-5d9b-9f1f-0f6d2c0a7b11";
export const DEFAULT_ACCOUNT_NAME = "main";
export const ACCOUNT_NAME_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;

/** The id of an owner's account of that name, whether it exists or not. */
export function accountIdOf(owner: string, name: string): string {
  return uuidV5(`${owner}\n${name}`, NAMESPACE);
}

/** The id that an `account` argument means: an id as it is, a name by its hash, nothing as `main`. */
export function resolveAccount(owner: string, account: string | null | undefined): string {
  if (account === null || account === undefined) return accountIdOf(owner, DEFAULT_ACCOUNT_NAME);
  return isUuid(account) ? account.toLowerCase() : accountIdOf(owner, account);
}
