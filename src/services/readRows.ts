// Reading single rows by their keys, many in one query; null for each that is not the viewer's.
import { mayKnow } from "../auth/viewer.ts";
import { ID_PATTERN } from "../domain/signal.ts";
import type { PositionKey } from "../ports.ts";
import type { AccountHead, Reads, StoredRows } from "../readPorts.ts";
import { resolveAccount } from "./accountIds.ts";
import type { Viewer } from "./desk.ts";

/** Positions in the order of the keys given. */
export async function readPositions<Rows extends StoredRows>(
  reads: Reads<Rows>,
  viewer: Viewer,
  keys: readonly PositionKey[],
): Promise<(Rows["position"] | null)[]> {
  const rows = await reads.positionsByKey(viewer.owner, distinct(known(viewer, keys), positionText));
  return inOrder(keys.map(positionText), rows, positionText);
}

/** Trades in the order of the keys given. */
export async function readTrades<Rows extends StoredRows>(
  reads: Reads<Rows>,
  viewer: Viewer,
  keys: readonly PositionKey[],
): Promise<(Rows["trade"] | null)[]> {
  const rows = await reads.tradesByKey(viewer.owner, distinct(known(viewer, keys), positionText));
  return inOrder(keys.map(positionText), rows, positionText);
}

/** The trades of each position given, in the order in which they were made. */
export async function readTradesOf<Rows extends StoredRows>(
  reads: Reads<Rows>,
  viewer: Viewer,
  positions: readonly PositionKey[],
): Promise<Rows["trade"][][]> {
  const byPosition = new Map<string, Rows["trade"][]>();
  for (const key of positions) byPosition.set(positionText(key), []);
  const keys = distinct(known(viewer, positions), positionText);
  for (const trade of await reads.tradesOfPositions(viewer.owner, keys)) {
    byPosition.get(positionText({ accountId: trade.accountId, number: trade.positionNumber }))?.push(trade);
  }
  return positions.map((key) => byPosition.get(positionText(key)) ?? []);
}

/** A signal by its own id in an account; null where there is none. */
export async function readSignal<Rows extends StoredRows>(
  reads: Reads<Rows>,
  viewer: Viewer,
  { account, signalId }: { readonly account?: string | null | undefined; readonly signalId: string },
): Promise<Rows["signal"] | null> {
  if (!ID_PATTERN.test(signalId)) return null;
  const key = { accountId: resolveAccount(viewer.owner, account), signalId };
  const [row] = await reads.signalsByKey(viewer.owner, known(viewer, [key]));
  return row ?? null;
}

/** The account that an `account` argument means, with its head; null where the viewer has none of that name. */
export async function readHead(
  reads: Pick<Reads<StoredRows>, "findHead">,
  viewer: Viewer,
  account: string | null | undefined,
): Promise<(AccountHead & { readonly accountId: string }) | null> {
  const accountId = resolveAccount(viewer.owner, account);
  const head = mayKnow(viewer, accountId) ? await reads.findHead(viewer.owner, accountId) : undefined;
  return head === undefined ? null : { accountId, ...head };
}

/** The keys of accounts that may exist for the viewer. */
function known<Key extends { readonly accountId: string }>(viewer: Viewer, keys: readonly Key[]): Key[] {
  return keys.filter(({ accountId }) => mayKnow(viewer, accountId));
}

function positionText({ accountId, number }: PositionKey): string {
  return `${accountId} ${number}`;
}

function distinct<Key>(keys: readonly Key[], textOf: (key: Key) => string): Key[] {
  return [...new Map(keys.map((key) => [textOf(key), key])).values()];
}

function inOrder<Row>(wanted: readonly string[], rows: readonly Row[], textOf: (row: Row) => string): (Row | null)[] {
  const byText = new Map(rows.map((row) => [textOf(row), row]));
  return wanted.map((text) => byText.get(text) ?? null);
}
