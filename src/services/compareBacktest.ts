// Comparing a session with a stored backtest, as a whole and by symbol (domain.md 11).
import type { Backtest, RecordedFigures, RecordedGroup } from "../backtestPorts.ts";
import { Decimal, type Decimal as DecimalType, decimal, ZERO } from "../domain/decimal.ts";
import type { Performance } from "../domain/performance.ts";
import { type BacktestComparison, type ComparedFigures, compareWithBacktest } from "../domain/statistics/comparison.ts";
import { figureValue } from "../domain/statistics/figure.ts";
import type { TradeFigures } from "../domain/statistics/tradeFigures.ts";
import type { SessionReads } from "../readPorts.ts";
import { readBacktestReport } from "./backtests.ts";
import type { ReportGroups } from "./readReport.ts";

/** One symbol, on paper and in the backtest. */
export interface SymbolComparison extends BacktestComparison {
  readonly symbol: string;
}

export type Comparison =
  | ({
      readonly kind: "compared";
      /** Undefined where one of them has more symbols than a breakdown shows. */
      readonly bySymbol: readonly SymbolComparison[] | undefined;
    } & BacktestComparison)
  /** Only the result of one that is DONE can be compared. */
  | { readonly kind: "notDone"; readonly status: Backtest["status"] };

/** What is compared of a session. */
export interface ComparedSession {
  readonly performance: Performance;
  readonly symbols: ReportGroups | undefined;
}

interface Side {
  readonly whole: ComparedFigures;
  /** Null where nothing is known by symbol, undefined where there are too many. */
  readonly symbols: ReadonlyMap<string, ComparedFigures> | null | undefined;
}

const NOT_TRADED: ComparedFigures = {
  WIN_RATE: null,
  AVERAGE_R_MULTIPLE: null,
  MAX_DRAWDOWN: null,
  PROFIT_FACTOR: null,
  TOTAL_TRADES: ZERO,
  SHARPE: null,
};

/** How a session compares with a backtest. A symbol that only one of them traded has no trade in the other. */
export async function compareSession(
  reads: Pick<SessionReads, "readReports">,
  session: ComparedSession,
  backtest: Backtest,
): Promise<Comparison> {
  if (backtest.status !== "DONE") return { kind: "notDone", status: backtest.status };
  const other = backtest.kind === "RECORDED" ? recordedSide(backtest) : await runSide(reads, backtest);
  const whole = compareWithBacktest(wholeOf(session.performance), other.whole);
  return { kind: "compared", ...whole, bySymbol: bySymbol(symbolsOf(session.symbols), other.symbols) };
}

function bySymbol(paper: Side["symbols"], backtest: Side["symbols"]): SymbolComparison[] | undefined {
  if (backtest === null) return [];
  if (!paper || backtest === undefined) return undefined;
  const symbols = [...new Set([...paper.keys(), ...backtest.keys()])].sort();
  return symbols.map((symbol) => {
    const compared = compareWithBacktest(paper.get(symbol) ?? NOT_TRADED, backtest.get(symbol) ?? NOT_TRADED);
    return { symbol, ...compared, metrics: compared.metrics.filter(({ metric }) => !OF_THE_WHOLE.has(metric)) };
  });
}

/** Drawdown and Sharpe ratio are those of an account's equity, not of a symbol's trades. */
const OF_THE_WHOLE: ReadonlySet<string> = new Set(["MAX_DRAWDOWN", "SHARPE"]);

function wholeOf(performance: Performance): ComparedFigures {
  return {
    ...tradesOf(performance),
    MAX_DRAWDOWN: performance.maxDrawdown,
    SHARPE: figureValue(performance.sharpe),
  };
}

function symbolsOf(found: ReportGroups | null | undefined): Side["symbols"] {
  if (found?.kind !== "groups") return undefined;
  return new Map(found.groups.flatMap((group) => (group.key === null ? [] : [[group.key, tradesOf(group)] as const])));
}

function tradesOf(figures: TradeFigures): ComparedFigures {
  return {
    ...NOT_TRADED,
    WIN_RATE: figureValue(figures.winRate),
    AVERAGE_R_MULTIPLE: figureValue(figures.averageRMultiple),
    PROFIT_FACTOR: figureValue(figures.profitFactor),
    TOTAL_TRADES: new Decimal(figures.totalTrades),
  };
}

async function runSide(reads: Pick<SessionReads, "readReports">, backtest: Backtest): Promise<Side> {
  const { performance, groups } = await readBacktestReport(reads, backtest, "SYMBOL");
  if (performance === null) throw new Error(`backtest ${backtest.backtestId} is done and has no figures`);
  return { whole: wholeOf(performance), symbols: symbolsOf(groups) };
}

function recordedSide({ figures }: Backtest): Side {
  const recorded = figures as RecordedFigures;
  const { maxDrawdown, sharpe, symbols } = recorded;
  return {
    whole: { ...recordedTrades(recorded), MAX_DRAWDOWN: optional(maxDrawdown), SHARPE: optional(sharpe) },
    symbols: symbols.length === 0 ? null : new Map(symbols.map((group) => [group.symbol, recordedTrades(group)])),
  };
}

function recordedTrades({ totalTrades, winRate, averageRMultiple, profitFactor }: RecordedGroup): ComparedFigures {
  return {
    ...NOT_TRADED,
    WIN_RATE: optional(winRate),
    AVERAGE_R_MULTIPLE: optional(averageRMultiple),
    PROFIT_FACTOR: optional(profitFactor),
    TOTAL_TRADES: totalTrades === null ? null : new Decimal(totalTrades),
  };
}

function optional(text: string | null): DecimalType | null {
  return text === null ? null : decimal(text);
}
