// Listing, reading and deleting data sets; only the viewer's own.
import { validate as isUuid } from "uuid";
import { isUnbound } from "../auth/viewer.ts";
import type { DataSet, DataSetPlace, DataSetStore } from "../backtestPorts.ts";
import type { Viewer } from "./desk.ts";
import type { List } from "./lists.ts";

/** The viewer's data sets, newest first; of one symbol, where it is given. */
export function listDataSets(
  store: DataSetStore,
  { owner }: Viewer,
  symbol: string | null | undefined,
): List<DataSet, DataSetPlace> {
  const ofSymbol = symbol ?? undefined;
  return {
    find: (range) => store.listDataSets(owner, ofSymbol, range),
    count: () => store.countDataSets(owner, ofSymbol),
  };
}

export async function readDataSet(store: DataSetStore, viewer: Viewer, dataSetId: string): Promise<DataSet | null> {
  if (!isUuid(dataSetId) || !isUnbound(viewer)) return null;
  const [found = null] = await store.findDataSets(viewer.owner, [dataSetId]);
  return found;
}

export type DataSetDeletion =
  | { readonly kind: "deleted"; readonly dataSet: DataSet }
  | { readonly kind: "dataSetNotFound" };

/** Deletes a data set with its bars. A backtest that reads it meanwhile fails with a DataSetGoneError. */
export async function deleteDataSet(
  store: DataSetStore,
  viewer: Viewer,
  dataSetId: string | undefined,
): Promise<DataSetDeletion> {
  const dataSet = dataSetId === undefined ? null : await readDataSet(store, viewer, dataSetId);
  const isDeleted = dataSet !== null && (await store.deleteDataSet(viewer.owner, dataSet.dataSetId));
  return isDeleted ? { kind: "deleted", dataSet } : { kind: "dataSetNotFound" };
}
