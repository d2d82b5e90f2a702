// Backtests as use cases: submitted, listed, read with their results, cancelled, deleted; only the viewer's own.
import { v7 as uuidV7 } from "uuid";
import { isUnbound } from "../auth/viewer.ts";
import type {
  Backtest,
  BacktestFigures,
  BacktestPlace,
  BacktestReads,
  BacktestRuns,
  BacktestStore,
  DataSetStore,
} from "../backtestPorts.ts";
import { downsample } from "../domain/curve/downsample.ts";
import type { CurvePoint } from "../domain/curve/point.ts";
import { decimal } from "../domain/decimal.ts";
import type { Issue } from "../domain/issues.ts";
import { type Performance, performanceOf } from "../domain/performance.ts";
import type { Breakdown } from "../domain/statistics/groups.ts";
import type {
  PositionFilter,
  Reads,
  ReportRows,
  SessionReads,
  SessionScope,
  SignalFilter,
  StoredRows,
  TradeFilter,
  TradePlace,
} from "../readPorts.ts";
import { type RunBacktestInput, readBacktest } from "./backtestInput.ts";
import type { Viewer } from "./desk.ts";
import { type Given, type List, withoutNulls } from "./lists.ts";
import { type ReportGroups, reportGroups } from "./readReport.ts";

/** Backtests that may wait, of all owners together. */
export const BACKTESTS_WAITING_MAX = 50;

/** What use cases of backtests work with. */
export interface Backtests {
  readonly store: BacktestStore;
  readonly dataSets: DataSetStore;
  readonly runs: BacktestRuns;
}

export type Submission =
  | { readonly kind: "submitted"; readonly backtest: Backtest }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] }
  | { readonly kind: "tooManyBacktests"; readonly limit: number };

/** Reads a backtest and puts it to those that wait. */
export async function submitBacktest(
  { store, dataSets, runs }: Backtests,
  { owner }: Viewer,
  input: RunBacktestInput,
): Promise<Submission> {
  const read = await readBacktest(dataSets, owner, input);
  if (read.kind === "invalid") return read;
  const { kind: _, ...asked } = read;
  // Ids that rise with the time keep backtests of one millisecond in the order in which they were asked for.
  const backtestId = uuidV7();
  const isAdded = await store.addBacktest(
    { ...asked, backtestId, owner, createdAt: new Date() },
    BACKTESTS_WAITING_MAX,
  );
  if (!isAdded) return { kind: "tooManyBacktests", limit: BACKTESTS_WAITING_MAX };
  const backtest = await store.findBacktest(owner, backtestId);
  if (backtest === undefined) throw new Error(`the backtest ${backtestId} was lost`);
  runs.wake();
  return { kind: "submitted", backtest };
}

export type Cancelling =
  | { readonly kind: "cancelled"; readonly backtest: Backtest }
  | { readonly kind: "backtestNotFound" };

/** Cancels a backtest; one that is finished stays as it is and is answered. */
export async function cancelBacktest(
  { store, runs }: Backtests,
  { owner }: Viewer,
  backtestId: string,
): Promise<Cancelling> {
  const backtest = await store.cancelBacktest(owner, backtestId);
  if (backtest === undefined) return { kind: "backtestNotFound" };
  runs.stop(backtestId);
  return { kind: "cancelled", backtest };
}

export type BacktestDeletion =
  | { readonly kind: "deleted"; readonly backtest: Backtest }
  | { readonly kind: "backtestNotFound" };

/** Deletes a backtest with its result, whatever state it is in. */
export async function deleteBacktest(
  { store, runs }: Backtests,
  { owner }: Viewer,
  backtestId: string,
): Promise<BacktestDeletion> {
  const backtest = await store.findBacktest(owner, backtestId);
  if (backtest === undefined || !(await store.deleteBacktest(owner, backtestId))) return { kind: "backtestNotFound" };
  runs.stop(backtestId);
  return { kind: "deleted", backtest };
}

/** A backtest, with the progress of this moment where it runs here; null where the viewer has none of that id. */
export async function readBacktestById(
  { store, runs }: Pick<Backtests, "runs"> & { readonly store: BacktestReads },
  viewer: Viewer,
  backtestId: string,
): Promise<Backtest | null> {
  if (!isUnbound(viewer)) return null;
  const backtest = await store.findBacktest(viewer.owner, backtestId);
  return backtest === undefined ? null : withProgress(runs, backtest);
}

/** The viewer's backtests, newest first. */
export function listBacktests({ store, runs }: Backtests, { owner }: Viewer): List<Backtest, BacktestPlace> {
  return {
    find: async (range) => (await store.listBacktests(owner, range)).map((backtest) => withProgress(runs, backtest)),
    count: () => store.countBacktests(owner),
  };
}

/** The backtest with the bars that are done of it by now. */
export function withProgress(runs: Pick<BacktestRuns, "barsDone">, backtest: Backtest): Backtest {
  if (backtest.status !== "RUNNING") return backtest;
  const barsDone = Math.max(backtest.barsDone, runs.barsDone(backtest.backtestId) ?? 0);
  return { ...backtest, barsDone: Math.min(barsDone, backtest.barsTotal) };
}

/** The figures of a run that is done; undefined for any other. */
export function figuresOf({ kind, status, figures }: Backtest): BacktestFigures | undefined {
  return kind === "RUN" && status === "DONE" ? (figures as BacktestFigures) : undefined;
}

/** The session that holds the result of a run that is done; undefined for any other. */
export function resultScope(backtest: Backtest): SessionScope | undefined {
  return figuresOf(backtest) === undefined ? undefined : { accountId: backtest.backtestId, session: 1 };
}

const EMPTY: List<never, unknown> = { find: async () => [], count: async () => 0 };

/** The positions of a result, oldest first; none before the backtest is done. */
export function listBacktestPositions<Rows extends StoredRows>(
  reads: Reads<Rows>,
  backtest: Backtest,
  given: Given<PositionFilter>,
): List<Rows["position"], number> {
  const scope = resultScope(backtest);
  if (scope === undefined) return EMPTY;
  const filter: PositionFilter = { ...scope, ...withoutNulls(given) };
  return { find: (range) => reads.findPositions(filter, range), count: () => reads.countPositions(filter) };
}

/** The trades of a result, newest exit first; none before the backtest is done. */
export function listBacktestTrades<Rows extends StoredRows>(
  reads: Reads<Rows>,
  backtest: Backtest,
  given: Given<TradeFilter>,
): List<Rows["trade"], TradePlace> {
  const scope = resultScope(backtest);
  if (scope === undefined) return EMPTY;
  const filter: TradeFilter = { ...scope, ...withoutNulls(given) };
  return { find: (range) => reads.findTrades(filter, range), count: () => reads.countTrades(filter) };
}

/** The signals of a result, newest first; none before the backtest is done. */
export function listBacktestSignals<Rows extends StoredRows>(
  reads: Reads<Rows>,
  backtest: Backtest,
  given: Given<SignalFilter>,
): List<Rows["signal"], number> {
  const scope = resultScope(backtest);
  if (scope === undefined) return EMPTY;
  const filter: SignalFilter = { ...scope, ...withoutNulls(given) };
  return { find: (range) => reads.findSignals(filter, range), count: () => reads.countSignals(filter) };
}

/** How a run has done; null before it is done. */
export async function readBacktestPerformance(
  reads: Pick<SessionReads, "readReports">,
  backtest: Backtest,
): Promise<Performance | null> {
  return performanceOfRun(backtest, await readRows(reads, backtest));
}

function performanceOfRun(backtest: Backtest, rows: ReportRows | undefined): Performance | null {
  const figures = figuresOf(backtest);
  if (figures === undefined || rows === undefined) return null;
  const { session, sums, days } = rows;
  return performanceOf({ session, sums, days, equity: decimal(figures.equity), atMs: Date.parse(figures.endedAt) });
}

/** The trades of a run in groups; null before it is done. */
export async function readBacktestGroups(
  reads: Pick<SessionReads, "readReports">,
  backtest: Backtest,
  breakdown: Breakdown,
): Promise<ReportGroups | null> {
  return groupsOfRun(breakdown, await readRows(reads, backtest, breakdown));
}

function groupsOfRun(breakdown: Breakdown, rows: ReportRows | undefined): ReportGroups | null {
  const groups = rows?.groups.get(breakdown);
  if (rows === undefined || groups === undefined) return null;
  return reportGroups(breakdown, groups, rows.session.settings.startingCapital);
}

/** Both at once, of one reading. */
export async function readBacktestReport(
  reads: Pick<SessionReads, "readReports">,
  backtest: Backtest,
  breakdown: Breakdown,
): Promise<{ readonly performance: Performance | null; readonly groups: ReportGroups | null }> {
  const rows = await readRows(reads, backtest, breakdown);
  return { performance: performanceOfRun(backtest, rows), groups: groupsOfRun(breakdown, rows) };
}

async function readRows(
  reads: Pick<SessionReads, "readReports">,
  backtest: Backtest,
  breakdown?: Breakdown,
): Promise<ReportRows | undefined> {
  const scope = resultScope(backtest);
  if (scope === undefined) return undefined;
  const request = breakdown === undefined ? scope : { ...scope, breakdown };
  return (await reads.readReports([request], new Map())).rows[0];
}

export interface BacktestCurve {
  readonly points: readonly CurvePoint[];
  readonly recorded: number;
}

/** The equity curve of a run in at most `count` points; null before it is done. Throws a RangeError as `downsample` does. */
export async function readBacktestCurve(
  reads: Pick<SessionReads, "readCurve">,
  backtest: Backtest,
  count: number,
): Promise<BacktestCurve | null> {
  const scope = resultScope(backtest);
  if (scope === undefined) return null;
  const stored = await reads.readCurve(scope, undefined, undefined);
  return { points: downsample(stored, count), recorded: stored.length };
}
