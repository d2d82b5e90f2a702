// Tells a person how a replay went: the files' faults, the signals' outcomes, and each account's report.
import { formatDecimal } from "../domain/decimal.ts";
import type { Performance } from "../domain/performance.ts";
import type { Figure } from "../domain/statistics/figure.ts";
import type { LineFault } from "../feeds/feedPrices.ts";
import type { AccountView } from "../services/accountViews.ts";
import { type ReportReads, readReport } from "../services/readReport.ts";
import type { RunningDesk } from "./desk.ts";
import type { ReplayOutcome, ReplayPlan } from "./replay.ts";
import { LOCAL_VIEWER } from "./viewer.ts";

/** Faults of one file that are told one by one; the others are counted. */
const FAULTS_TOLD_MAX = 10;

/** The lines that tell of a plan's faults, before it is played. */
export function describePlan(plan: ReplayPlan): string[] {
  const bars = plan.series.map((series) => `${series.symbol}: ${series.bars.length} bars`);
  const signals = plan.signals.length === 0 ? [] : [`${plan.signals.length} signals`];
  const faults = plan.faults.flatMap(({ file, faults: ofFile }) => describeFaults(`${file}: skipped`, ofFile));
  return [`replay of ${[...bars, ...signals].join(", ")}`, ...faults];
}

/** The summary of a replay, a line each. */
export async function describeOutcome(
  { desk }: RunningDesk,
  reads: ReportReads,
  outcome: ReplayOutcome,
): Promise<string[]> {
  const { accepted, stale, refused } = outcome;
  const title = outcome.isWhole ? "replay finished" : "replay stopped before its end";
  const lines = [title, `  bars: ${accepted} accepted, ${stale} stale, ${refused} refused`];
  if (stale > 0 && accepted === 0) {
    lines.push(
      "  every bar was older than what the board holds: this DATA_DIR has seen them. Replay into another one.",
    );
  }
  if (outcome.outcomes.size > 0) lines.push(`  signals: ${counts(outcome.outcomes)}`);
  if (outcome.rejections.size > 0) lines.push(`  rejections: ${counts(outcome.rejections)}`);
  lines.push(...describeFaults("  signals not executed", outcome.invalid));
  for (const name of outcome.accounts) {
    const report = await readReport(desk, reads, LOCAL_VIEWER, name, null);
    if (report?.account) lines.push(...describeReport(report.account, report.performance));
  }
  return lines;
}

function describeReport({ account, session, valuation }: AccountView, performance: Performance): string[] {
  const figure = (told: Figure, unit = ""): string =>
    told.kind === "missing" ? "–" : `${formatDecimal(told.value)}${unit}`;
  return [
    `  account ${account.name}, session ${account.session}`,
    `    equity ${valuation.equity}, cash ${session.cash}, return ${formatDecimal(performance.totalReturn)} %`,
    `    realized ${session.totalRealizedPnl}, unrealized ${valuation.totalUnrealizedPnl}`,
    `    commission ${session.totalCommissionPaid}, slippage ${session.totalSlippageCost}`,
    `    trades ${performance.totalTrades}, wins ${performance.winningTrades}, win rate ${figure(performance.winRate, " %")}`,
    `    average R ${figure(performance.averageRMultiple)}, profit factor ${figure(performance.profitFactor)}, expectancy ${figure(performance.expectancy)}`,
    `    max drawdown ${formatDecimal(performance.maxDrawdown)} %`,
  ];
}

function describeFaults(title: string, faults: readonly LineFault[]): string[] {
  if (faults.length === 0) return [];
  const told = faults.slice(0, FAULTS_TOLD_MAX).map(({ line, reason }) => `    line ${line}: ${reason}`);
  const others = faults.length - told.length;
  return [`${title}: ${faults.length} lines`, ...told, ...(others > 0 ? [`    and ${others} more`] : [])];
}

function counts(map: ReadonlyMap<string, number>): string {
  return [...map].map(([name, count]) => `${count} ${name}`).join(", ");
}
