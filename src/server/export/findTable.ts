// Finds the rows of an export: the same lists that the API shows, only the viewer's own.
import { accountArgument, backtestIdOf } from "../../../schema/globalIds.ts";
import { decimal } from "../../domain/decimal.ts";
import type { ExportReads, SessionScope } from "../../readPorts.ts";
import {
  type Backtests,
  figuresOf,
  readBacktestById,
  readBacktestGroups,
  readBacktestPerformance,
  resultScope,
} from "../../services/backtests.ts";
import type { Desk, Viewer } from "../../services/desk.ts";
import { type ReportReads, readSessionReports } from "../../services/readReport.ts";
import { findSession } from "../../services/readSessions.ts";
import type { ExportRequest } from "./exportRequest.ts";
import type { FindTable } from "./exportRoad.ts";
import { curveTable, positionTable, signalTable, tradeTable } from "./exportTables.ts";
import { figureTable, groupTable } from "./reportTable.ts";
import type { Table } from "./rows.ts";

/** What exports read from. */
export interface ExportSources {
  readonly desk: Desk;
  readonly reads: ReportReads;
  readonly lists: ExportReads;
  readonly backtests: Backtests;
}

/** Finds tables in these sources, of what the viewer may see of them. */
export function createFindTable(sources: ExportSources): FindTable {
  return async (request, viewer) => {
    if (request.backtest !== undefined) return tableOfBacktest(sources, viewer, request, request.backtest);
    const { account, session } = request;
    const scope = await findSession(sources.reads, viewer, { account: accountArgument(account), session });
    if (scope === null) return undefined;
    return request.name === "report" ? reportOf(sources, request, scope) : listOf(sources, request, scope);
  };
}

/** The rows of a session, or of a backtest's result; not its report. */
function listOf(sources: ExportSources, request: ExportRequest, scope: SessionScope): Table | Promise<Table> {
  const { lists } = sources;
  const { symbol, status, exitReason, from, to } = request;
  const same = { ...scope, ...(symbol !== undefined && { symbol }) };
  const ofStatus = status !== undefined && { status };
  switch (request.name) {
    case "trades": {
      const times = { ...(from && { from }), ...(to && { to }) };
      return tradeTable(lists.trades({ ...same, ...(exitReason !== undefined && { exitReason }), ...times }));
    }
    case "positions":
      return positionTable(lists.positions({ ...same, ...(ofStatus as { status?: "OPEN" | "CLOSED" }) }));
    case "signals":
      return signalTable(lists.signals({ ...same, ...ofStatus }));
    case "curve":
      return sources.reads.readCurve(scope, from, to).then(curveTable);
    case "report":
      throw new Error("a report is no list");
  }
}

async function reportOf(
  { desk, reads }: ExportSources,
  { breakdown }: ExportRequest,
  scope: SessionScope,
): Promise<Table | undefined> {
  const [report] = await readSessionReports(desk, reads, [{ ...scope, ...(breakdown && { breakdown }) }]);
  if (report === null || report === undefined) return undefined;
  const { startingCapital } = report.session.settings;
  return breakdown === undefined
    ? figureTable({ ...report, startingCapital })
    : groupTable(report.breakdowns.get(breakdown), breakdown);
}

async function tableOfBacktest(
  sources: ExportSources,
  viewer: Viewer,
  request: ExportRequest,
  globalId: string,
): Promise<Table | undefined> {
  const { backtests, reads } = sources;
  const backtestId = backtestIdOf(globalId);
  const backtest = backtestId === undefined ? null : await readBacktestById(backtests, viewer, backtestId);
  const scope = backtest === null ? undefined : resultScope(backtest);
  if (backtest === null || scope === undefined) return undefined;
  if (request.name !== "report") return listOf(sources, request, scope);
  const { breakdown } = request;
  if (breakdown !== undefined) return groupTable(await readBacktestGroups(reads, backtest, breakdown), breakdown);
  const performance = await readBacktestPerformance(reads, backtest);
  const equity = figuresOf(backtest)?.equity;
  const startingCapital = backtest.input.settings?.startingCapital;
  if (performance === null || equity === undefined || startingCapital === undefined) return undefined;
  return figureTable({ performance, equity: decimal(equity), startingCapital: decimal(String(startingCapital)) });
}
