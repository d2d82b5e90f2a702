// Global ids: what the API calls `id`. They name a type and a key, are opaque to clients, and have one spelling each.
import { validate as isUuid } from "uuid";
import { ID_PATTERN } from "../src/domain/signal.ts";
import type { PositionKey, SignalKey } from "../src/ports.ts";
import { ACCOUNT_NAME_PATTERN } from "../src/services/accountIds.ts";

const NODE_NAMES = ["Account", "Position", "Trade", "Signal", "DataSet", "Backtest"] as const;

/** The types whose objects have ids. */
export type NodeName = (typeof NODE_NAMES)[number];

/** Longer than any id of ours: `Signal`, a UUID and 64 characters in base64. */
const ID_LENGTH_MAX = 200;
const NUMBER_PATTERN = /^[1-9]\d{0,9}$/;
const NUMBER_MAX = 2_147_483_647;
/** What no account is called: names begin with a letter. */
const NO_ACCOUNT = "-";

export function accountGlobalId(accountId: string): string {
  return encode("Account", accountId);
}

/** The id of a position or a trade: both are known by a number in their account. */
export function numberedGlobalId(name: "Position" | "Trade", { accountId, number }: PositionKey): string {
  return encode(name, `${accountId}:${number}`);
}

export function signalGlobalId({ accountId, signalId }: SignalKey): string {
  return encode("Signal", `${accountId}:${signalId}`);
}

export function dataSetGlobalId(dataSetId: string): string {
  return encode("DataSet", dataSetId);
}

export function backtestGlobalId(backtestId: string): string {
  return encode("Backtest", backtestId);
}

/** The id of an API key. `node` does not take it: keys are shown to admins only. */
export function apiKeyGlobalId(keyId: string): string {
  return encode("ApiKey", keyId);
}

/** The type that an id names; undefined for what is no id of ours. */
export function nodeNameOf(globalId: string): NodeName | undefined {
  const name = decode(globalId)?.name;
  return NODE_NAMES.find((known) => known === name);
}

/** The account id in a global id; undefined for what is no account's. */
export function accountIdOfGlobal(globalId: string): string | undefined {
  const key = keyOf("Account", globalId);
  return key !== undefined && isUuid(key) ? key : undefined;
}

/** The key in a position's or trade's global id; undefined for what is none of that type. */
export function numberedKeyOf(name: "Position" | "Trade", globalId: string): PositionKey | undefined {
  const [accountId = "", digits = "", ...rest] = keyOf(name, globalId)?.split(":") ?? [];
  if (rest.length > 0 || !isUuid(accountId) || !NUMBER_PATTERN.test(digits)) return undefined;
  const number = Number(digits);
  return number <= NUMBER_MAX ? { accountId, number } : undefined;
}

/** The key in a signal's global id; undefined for what is no signal's. */
export function signalKeyOf(globalId: string): SignalKey | undefined {
  const [accountId = "", ...rest] = keyOf("Signal", globalId)?.split(":") ?? [];
  const signalId = rest.join(":");
  return isUuid(accountId) && ID_PATTERN.test(signalId) ? { accountId, signalId } : undefined;
}

/** The data set's id in its global id; undefined for what is no data set's. */
export function dataSetIdOf(globalId: string): string | undefined {
  const key = keyOf("DataSet", globalId);
  return key !== undefined && isUuid(key) ? key : undefined;
}

/** The backtest's id in its global id; undefined for what is no backtest's. */
export function backtestIdOf(globalId: string): string | undefined {
  const key = keyOf("Backtest", globalId);
  return key !== undefined && isUuid(key) ? key : undefined;
}

/** The key's id in its global id; undefined for what is no key's. */
export function apiKeyIdOf(globalId: string): string | undefined {
  const key = keyOf("ApiKey", globalId);
  return key !== undefined && isUuid(key) ? key : undefined;
}

/** An `account` argument as the services take it: a name as it is, a global id as the account's id, none as none. */
export function accountArgument(account: string | null | undefined): string | null | undefined {
  if (account === null || account === undefined || ACCOUNT_NAME_PATTERN.test(account)) return account;
  return accountIdOfGlobal(account) ?? NO_ACCOUNT;
}

/** Keys are ASCII, all of them. */
function encode(name: NodeName | "ApiKey", key: string): string {
  return btoa(`${name}:${key}`);
}

function keyOf(name: NodeName | "ApiKey", globalId: string): string | undefined {
  const decoded = decode(globalId);
  return decoded?.name === name ? decoded.key : undefined;
}

function decode(globalId: string): { name: string; key: string } | undefined {
  if (globalId.length > ID_LENGTH_MAX) return undefined;
  const text = Buffer.from(globalId, "base64").toString();
  const colon = text.indexOf(":");
  if (colon === -1 || Buffer.from(text).toString("base64") !== globalId) return undefined;
  return { name: text.slice(0, colon), key: text.slice(colon + 1) };
}
