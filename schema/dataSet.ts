// Data sets: historical bars for backtests, their list, and deleting one. They are imported by HTTP.
import type { DataSet as StoredDataSet } from "../src/backtestPorts.ts";
import { type DataSetDeletion, deleteDataSet, listDataSets } from "../src/services/dataSets.ts";
import { SYMBOL_ARGUMENT, symbolArgument } from "./arguments.ts";
import { builder } from "./builder.ts";
import { type Outcome, Problem, typeOfKind } from "./errors.ts";
import { dataSetGlobalId, dataSetIdOf } from "./globalIds.ts";
import { dataSetCursor } from "./pageCursors.ts";
import { pageOf } from "./paging.ts";
import { MAY_ADMINISTER, MAY_READ_ALL } from "./rules.ts";

type Deleted = Extract<DataSetDeletion, { kind: "deleted" }>;

export const DataSet = builder.objectRef<StoredDataSet>("DataSet").implement({
  description:
    "Historical bars of one symbol for backtests, imported from a CSV file by `POST /import/bars`. It never changes, and " +
    "the same bars are imported once.",
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.id({ description: "Opaque; `node` takes it.", resolve: ({ dataSetId }) => dataSetGlobalId(dataSetId) }),
    name: t.exposeString("name", { description: "What its importer called it." }),
    symbol: t.exposeString("symbol", { description: "What its bars are the prices of." }),
    bars: t.exposeInt("barCount", { description: "How many bars it has." }),
    faults: t.exposeInt("faultCount", {
      description: "How many rows of its file were no good, and left out: the answer to the import told which.",
    }),
    intervalSeconds: t.exposeInt("intervalSeconds", {
      description: "The usual length of a bar; one whose successor starts sooner is shorter.",
    }),
    from: t.expose("startsAt", { type: "DateTime", description: "The start of the first bar." }),
    to: t.expose("endsAt", { type: "DateTime", description: "The end of the last bar." }),
    importedAt: t.expose("importedAt", {
      type: "DateTime",
      description: "When it was imported, by the system's clock.",
    }),
  }),
});

const DataSetConnection = builder.connectionObject(
  { type: DataSet, name: "DataSetConnection", description: "A page of a list of data sets." },
  { name: "DataSetEdge", description: "A data set and its place in the list." },
);

builder.queryField("dataSets", (t) =>
  t.connection(
    {
      type: DataSet,
      authScopes: MAY_READ_ALL,
      description: "The imported data sets, newest import first.",
      args: { symbol: t.arg.string({ description: SYMBOL_ARGUMENT }) },
      resolve: (_root, { symbol, ...page }, { dataSets, viewer }) =>
        pageOf(
          page,
          { cursor: dataSetCursor, placeOf: ({ dataSetId, importedAt }) => ({ dataSetId, importedAt }) },
          () => listDataSets(dataSets, viewer, symbolArgument(symbol)),
        ),
    },
    DataSetConnection,
  ),
);

const DeleteDataSetPayload = builder.objectRef<Deleted>("DeleteDataSetPayload").implement({
  description: "The data set is gone, with its bars.",
  fields: (t) => ({
    dataSet: t.field({ type: DataSet, description: "What it was.", resolve: ({ dataSet }) => dataSet }),
  }),
});

export const DataSetNotFound = builder.objectRef<Outcome<"dataSetNotFound">>("DataSetNotFound").implement({
  description: "There is no such data set.",
  interfaces: [Problem],
  fields: (t) => ({
    message: t.string({
      description: "Says that there is no such data set.",
      resolve: () => "There is no such data set.",
    }),
  }),
});

const DeleteDataSetResult = builder.unionType("DeleteDataSetResult", {
  description: "What became of `deleteDataSet`.",
  types: [DeleteDataSetPayload, DataSetNotFound],
  resolveType: typeOfKind({ deleted: "DeleteDataSetPayload" }),
});

const DeleteDataSetInput = builder.inputType("DeleteDataSetInput", {
  description: "What to delete.",
  fields: (t) => ({ dataSet: t.id({ required: true, description: "The data set's id." }) }),
});

builder.mutationField("deleteDataSet", (t) =>
  t.field({
    type: DeleteDataSetResult,
    authScopes: MAY_ADMINISTER,
    description: "Deletes a data set with its bars. A backtest that has yet to read them fails; finished ones stay.",
    args: { input: t.arg({ type: DeleteDataSetInput, required: true, description: "What to delete." }) },
    resolve: (_root, { input }, { dataSets, viewer }) => deleteDataSet(dataSets, viewer, dataSetIdOf(input.dataSet)),
  }),
);
