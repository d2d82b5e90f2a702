// What the server puts into the context of an operation, and the making of it.

import type { DataSetStore } from "../src/backtestPorts.ts";
import type { AccountLogs } from "../src/events/accountLogs.ts";
import type { Followed, PositionUpdate } from "../src/ports.ts";
import type { Reads, SessionReads } from "../src/readPorts.ts";
import type { ApiKeys } from "../src/services/apiKeys.ts";
import type { Backtests } from "../src/services/backtests.ts";
import type { Desk, Viewer } from "../src/services/desk.ts";
import type { PriceRoad } from "../src/services/publishPrices.ts";
import type { WriteRoad } from "../src/services/writeRoad.ts";
import type { Audit } from "./audit.ts";
import { Loaders } from "./loaders.ts";
import type { ParentRows } from "./parents.ts";

/** The parts of a running desk that the API uses. */
export interface ApiDesk {
  readonly desk: Desk;
  readonly road: WriteRoad;
  readonly prices: PriceRoad;
  readonly logs: Pick<AccountLogs, "follow">;
  readonly updates: { watch(accountId: string, symbol: string | null): Followed<PositionUpdate> };
}

/** Everything that resolvers work with. It is made for each operation; a subscription keeps its own while it lasts. */
export interface SchemaContext {
  readonly viewer: Viewer;
  readonly desk: ApiDesk;
  readonly reads: Reads<ParentRows>;
  readonly sessionReads: SessionReads;
  readonly dataSets: DataSetStore;
  readonly backtests: Backtests;
  readonly loaders: Loaders;
  /** Without them there are no keys: they can be neither made nor seen. */
  readonly apiKeys?: ApiKeys | undefined;
  /** Told of each field of a mutation that was asked for, and what became of it. */
  readonly audit?: Audit | undefined;
  /** The cursor that an event stream is resumed after, by its reader's `Last-Event-ID`. */
  readonly resumeAfter?: string | undefined;
}

/** What contexts are made of: all reads come together. */
type ContextStart = Omit<SchemaContext, "loaders" | "sessionReads"> & { readonly reads: SessionReads };

/** The context of one operation. */
export function createSchemaContext(start: ContextStart): SchemaContext {
  const parts = { ...start, sessionReads: start.reads };
  return { ...parts, loaders: new Loaders(parts) };
}
