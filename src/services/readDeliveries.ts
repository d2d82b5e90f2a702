// Reading deliveries to the live route: an account's list, and those of single signals; only the viewer's own.
import { mayKnow } from "../auth/viewer.ts";
import type { DeliveryRecord } from "../domain/deliveryRecord.ts";
import type { SignalKey } from "../ports.ts";
import type { DeliveryFilter, DeliveryReads, Reads, StoredRows } from "../readPorts.ts";
import type { Viewer } from "./desk.ts";
import { type Given, type List, type ListScope, withoutNulls } from "./lists.ts";
import { readHead } from "./readRows.ts";

const EMPTY: List<never, unknown> = { find: async () => [], count: async () => 0 };

/** The deliveries of an account, of all its sessions, newest first. */
export async function listDeliveries(
  reads: Reads<StoredRows>,
  viewer: Viewer,
  { account, ...given }: Pick<ListScope, "account"> & Given<DeliveryFilter>,
): Promise<List<DeliveryRecord, number>> {
  const head = await readHead(reads, viewer, account);
  if (head === null) return EMPTY;
  const filter: DeliveryFilter = { accountId: head.accountId, ...withoutNulls(given) };
  return { find: (range) => reads.findDeliveries(filter, range), count: () => reads.countDeliveries(filter) };
}

/** The deliveries of signals in the order of the keys given; null for each that has none, or is not the viewer's. */
export async function readDeliveries(
  reads: DeliveryReads,
  viewer: Viewer,
  keys: readonly SignalKey[],
): Promise<(DeliveryRecord | null)[]> {
  const known = keys.filter(({ accountId }) => mayKnow(viewer, accountId));
  const rows = await reads.deliveriesByKey(viewer.owner, known);
  const byKey = new Map(rows.map((row) => [`${row.accountId} ${row.signalId}`, row]));
  return keys.map(({ accountId, signalId }) => byKey.get(`${accountId} ${signalId}`) ?? null);
}
