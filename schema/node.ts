// `node`: anything by its id, if it is the viewer's.
import { brandWithType, type OutputType } from "@pothos/core";
import { readBacktestById } from "../src/services/backtests.ts";
import { readDataSet } from "../src/services/dataSets.ts";
import { readSignal } from "../src/services/readRows.ts";
import { Account } from "./account.ts";
import { Backtest } from "./backtest.ts";
import { builder, type SchemaTypes } from "./builder.ts";
import type { SchemaContext } from "./context.ts";
import { DataSet } from "./dataSet.ts";
import {
  accountIdOfGlobal,
  backtestIdOf,
  dataSetIdOf,
  type NodeName,
  nodeNameOf,
  numberedKeyOf,
  signalKeyOf,
} from "./globalIds.ts";
import { Position } from "./position.ts";
import { MAY_READ } from "./rules.ts";
import { Signal } from "./signal.ts";
import { Trade } from "./trade.ts";

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** A type that has ids, and how one of them is found: null for what is no id of that type, or not the viewer's. */
interface Kind {
  readonly type: OutputType<Types>;
  load(id: string, context: SchemaContext): Promise<object | null> | null;
}

const KINDS: Readonly<Record<NodeName, Kind>> = {
  Account: {
    type: Account,
    load: (id, { loaders }) => {
      const accountId = accountIdOfGlobal(id);
      return accountId === undefined ? null : loaders.accounts.load(accountId);
    },
  },
  Position: {
    type: Position,
    load: (id, { loaders }) => {
      const key = numberedKeyOf("Position", id);
      return key === undefined ? null : loaders.positions.load(key);
    },
  },
  Trade: {
    type: Trade,
    load: (id, { loaders }) => {
      const key = numberedKeyOf("Trade", id);
      return key === undefined ? null : loaders.trades.load(key);
    },
  },
  Signal: {
    type: Signal,
    load: (id, { reads, viewer }) => {
      const key = signalKeyOf(id);
      return key === undefined ? null : readSignal(reads, viewer, { account: key.accountId, signalId: key.signalId });
    },
  },
  Backtest: {
    type: Backtest,
    load: (id, { backtests, viewer }) => {
      const backtestId = backtestIdOf(id);
      return backtestId === undefined ? null : readBacktestById(backtests, viewer, backtestId);
    },
  },
  DataSet: {
    type: DataSet,
    load: (id, { dataSets, viewer }) => {
      const dataSetId = dataSetIdOf(id);
      return dataSetId === undefined ? null : readDataSet(dataSets, viewer, dataSetId);
    },
  },
};

builder.queryField("node", (t) =>
  t.field({
    type: builder.nodeInterfaceRef(),
    authScopes: MAY_READ,
    nullable: true,
    description: "Anything by its id; null where there is nothing of that id.",
    args: { id: t.arg.id({ required: true, description: "An id that the API gave." }) },
    resolve: async (_root, { id }, context) => {
      const name = nodeNameOf(id);
      if (name === undefined) return null;
      const { type, load } = KINDS[name];
      const node = await load(id, context);
      brandWithType(node, type);
      return node;
    },
  }),
);
