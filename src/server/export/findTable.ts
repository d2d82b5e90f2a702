// Finds the rows of an export: the same lists that the API shows, only the viewer's own.
import { accountArgument } from "../../../schema/globalIds.ts";
import type { ExportReads, Reads, SessionScope, StoredRows } from "../../readPorts.ts";
import type { Viewer } from "../../services/desk.ts";
import { scopeOf } from "../../services/lists.ts";
import type { ExportRequest } from "./exportRequest.ts";
import type { FindTable } from "./exportRoad.ts";
import { positionTable, signalTable, tradeTable } from "./exportTables.ts";
import type { Table } from "./rows.ts";

/** What exports read from. */
export interface ExportSources {
  readonly viewer: Viewer;
  readonly reads: Pick<Reads<StoredRows>, "findHead">;
  readonly lists: ExportReads;
}

/** Finds tables for the viewer of these sources. */
export function createFindTable(sources: ExportSources): FindTable {
  return async (request) => {
    const scope = await findScope(sources, request);
    return scope && tableOfSession(sources, request, scope);
  };
}

function findScope({ reads, viewer }: ExportSources, request: ExportRequest): Promise<SessionScope | undefined> {
  const { account, session } = request;
  return scopeOf(reads, viewer, { account: accountArgument(account), session });
}

async function tableOfSession(
  { lists }: ExportSources,
  { name, symbol, status, exitReason, from, to }: ExportRequest,
  scope: SessionScope,
): Promise<Table | undefined> {
  const same = { ...scope, ...(symbol !== undefined && { symbol }) };
  const ofStatus = status !== undefined && { status };
  switch (name) {
    case "trades": {
      const times = { ...(from && { from }), ...(to && { to }) };
      return tradeTable(lists.trades({ ...same, ...(exitReason !== undefined && { exitReason }), ...times }));
    }
    case "positions":
      return positionTable(lists.positions({ ...same, ...(ofStatus as { status?: "OPEN" | "CLOSED" }) }));
    case "signals":
      return signalTable(lists.signals({ ...same, ...ofStatus }));
    default:
      return undefined;
  }
}
