// Figures of trades and of sessions: each with its formula and source, and the reason where one is missing.
import type { Performance as SessionFigures } from "../src/domain/performance.ts";
import { ANNUAL_RETURNS_MIN, type DayReturn as Day, RETURNS_MIN } from "../src/domain/statistics/dailyFigures.ts";
import type { Recovery as WayBack } from "../src/domain/statistics/drawdowns.ts";
import { figureValue, type MissingFigure as Missing, missingOf } from "../src/domain/statistics/figure.ts";
import type { TradeFigures as Figures } from "../src/domain/statistics/tradeFigures.ts";
import { builder } from "./builder.ts";

/** Why figures of days can be missing. */
const NEEDS_RETURNS = `Null with fewer than ${RETURNS_MIN} days`;
const NEEDS_YEAR = `Null with fewer than ${ANNUAL_RETURNS_MIN} days`;

const MissingFigure = builder.objectRef<Missing>("MissingFigure").implement({
  description: "A figure that is null, and why.",
  fields: (t) => ({
    figure: t.exposeString("figure", { description: "The name of its field." }),
    reason: t.exposeString("reason", { description: "Words that follow “because”, such as what it needs more of." }),
  }),
});

/** The figures of trades, the same for a whole session and for a group of a breakdown. */
export const TradeFigures = builder.interfaceRef<Figures>("TradeFigures").implement({
  description:
    "How trades (closed lots) have done. A figure that has nothing to be computed from is null, never 0 or infinity, and " +
    "`missing` says why. A win is a trade with a realized profit above 0, every other is a loss.",
  fields: (t) => ({
    totalTrades: t.exposeInt("totalTrades", { description: "How many trades (closed lots) there are." }),
    winningTrades: t.exposeInt("winningTrades", { description: "Trades with a realized profit above 0." }),
    losingTrades: t.exposeInt("losingTrades", { description: "All other trades." }),
    winRate: t.field({
      type: "Decimal",
      nullable: true,
      description: "winningTrades / totalTrades × 100. Null without trades.",
      resolve: ({ winRate }) => figureValue(winRate),
    }),
    averageRMultiple: t.field({
      type: "Decimal",
      nullable: true,
      description: "Σ R multiple / totalTrades. Null without trades.",
      resolve: ({ averageRMultiple }) => figureValue(averageRMultiple),
    }),
    profitFactor: t.field({
      type: "Decimal",
      nullable: true,
      description: "Σ wins / |Σ losses|. Null without losses, and where they lost nothing.",
      resolve: ({ profitFactor }) => figureValue(profitFactor),
    }),
    expectancy: t.field({
      type: "Decimal",
      nullable: true,
      description: "netPnl / totalTrades: the mean realized profit or loss of a trade, in USD. Null without trades.",
      resolve: ({ expectancy }) => figureValue(expectancy),
    }),
    payoffRatio: t.field({
      type: "Decimal",
      nullable: true,
      description: "averageWin / |averageLoss|. Null without wins, without losses, and where they lost nothing.",
      resolve: ({ payoffRatio }) => figureValue(payoffRatio),
    }),
    averageWin: t.field({
      type: "Decimal",
      nullable: true,
      description: "Σ wins / winningTrades, in USD. Null without wins.",
      resolve: ({ averageWin }) => figureValue(averageWin),
    }),
    averageLoss: t.field({
      type: "Decimal",
      nullable: true,
      description: "Σ losses / losingTrades, in USD, negative or 0. Null without losses.",
      resolve: ({ averageLoss }) => figureValue(averageLoss),
    }),
    largestWin: t.field({
      type: "Decimal",
      nullable: true,
      description: "The largest win, in USD. Null without wins.",
      resolve: ({ largestWin }) => figureValue(largestWin),
    }),
    largestLoss: t.field({
      type: "Decimal",
      nullable: true,
      description: "The largest loss, in USD, negative or 0. Null without losses.",
      resolve: ({ largestLoss }) => figureValue(largestLoss),
    }),
    averageHoldingTime: t.field({
      type: "Decimal",
      nullable: true,
      description: "Σ (exit time − entry time) / totalTrades, in seconds. Null without trades.",
      resolve: ({ averageHoldingTime }) => figureValue(averageHoldingTime),
    }),
    medianHoldingTime: t.field({
      type: "Decimal",
      nullable: true,
      description:
        "The median of exit time − entry time, in seconds, within 1 % of itself. Null without trades. Kept as a DDSketch: " +
        "Masson, Rim, Lee, PVLDB 12 (2019).",
      resolve: ({ medianHoldingTime }) => figureValue(medianHoldingTime),
    }),
    longestWinningStreak: t.exposeInt("longestWinningStreak", {
      description: "The most wins one after another, in the order in which the trades were made.",
    }),
    longestLosingStreak: t.exposeInt("longestLosingStreak", {
      description: "The most losses one after another, in the order in which the trades were made.",
    }),
    currentStreak: t.exposeInt("currentStreak", {
      description: "The run that the newest trade belongs to: above 0 of wins, below 0 of losses; 0 without trades.",
    }),
    netPnl: t.expose("netPnl", {
      type: "Decimal",
      description: "Σ realizedPnl of the trades, in USD: commissions taken off, slippage in the prices.",
    }),
    grossPnl: t.expose("grossPnl", {
      type: "Decimal",
      description:
        "netPnl + commissions + slippage, in USD: what the trades would have made at their reference prices and free of " +
        "commissions.",
    }),
    commissions: t.expose("commissions", {
      type: "Decimal",
      description: "Σ commissionTotal of the trades, in USD: those of open lots are not in it.",
    }),
    slippage: t.expose("slippage", {
      type: "Decimal",
      description: "Σ slippageTotal of the trades, in USD: that of open lots is not in it.",
    }),
    turnover: t.expose("turnover", {
      type: "Decimal",
      description: "Σ (entry value + exit value) of the trades / starting capital: 2 is twice the capital traded.",
    }),
    missing: t.field({
      type: [MissingFigure],
      description: "Every figure here that is null, and why.",
      resolve: (figures) => missingOf(figures),
    }),
  }),
});

const DayReturn = builder.objectRef<Day>("DayReturn").implement({
  description: "What a session made on one day.",
  fields: (t) => ({
    day: t.exposeString("day", { description: "A UTC date: YYYY-MM-DD." }),
    returnPercentage: t.expose("returnPercentage", {
      type: "Decimal",
      description: "(equity at its end / equity at the end of the weekday before − 1) × 100.",
    }),
  }),
});

const Recovery = builder.objectRef<WayBack>("Recovery").implement({
  description: "A time in which the daily equity lay below a peak.",
  fields: (t) => ({
    days: t.exposeInt("days", { description: "Days of the calendar, `from` to `to`." }),
    from: t.exposeString("from", {
      description: "The last day at the peak, as YYYY-MM-DD; the session's first where that is the starting capital.",
    }),
    to: t.exposeString("to", {
      description: "The day on which the peak was regained, as YYYY-MM-DD; the last day so far where it was not.",
    }),
    regained: t.exposeBoolean("regained", { description: "Whether the peak was regained." }),
  }),
});

export const Performance = builder.objectRef<SessionFigures>("Performance").implement({
  description:
    "The figures of a session, all of one instant. Those of days are made of its equity at the end of each weekday " +
    "(Monday to Friday, UTC) from its first to its last, the running one included; a change on a weekend counts on the " +
    "Monday after it.",
  interfaces: [TradeFigures],
  fields: (t) => ({
    totalReturn: t.expose("totalReturn", {
      type: "Decimal",
      description: "(equity − starting capital) / starting capital × 100; open positions included.",
    }),
    maxDrawdown: t.expose("maxDrawdown", {
      type: "Decimal",
      description: "The largest (peak − equity) / peak × 100 at any mark; the first peak is the starting capital.",
    }),
    exposure: t.field({
      type: "Decimal",
      nullable: true,
      description:
        "The time with at least one open position / the session's time × 100. Null where it has only just begun.",
      resolve: ({ exposure }) => figureValue(exposure),
    }),
    days: t.exposeInt("days", { description: "The weekdays that count, the running one included." }),
    bestDay: t.field({
      type: DayReturn,
      nullable: true,
      description: `The day with the highest return, the earliest of equals. ${NEEDS_RETURNS}.`,
      resolve: ({ bestDay }) => figureValue(bestDay),
    }),
    worstDay: t.field({
      type: DayReturn,
      nullable: true,
      description: `The day with the lowest return, the earliest of equals. ${NEEDS_RETURNS}.`,
      resolve: ({ worstDay }) => figureValue(worstDay),
    }),
    annualizedReturn: t.field({
      type: "Decimal",
      nullable: true,
      description: `((equity / starting capital)^(252 / days) − 1) × 100. ${NEEDS_YEAR}, and of an equity below 0.`,
      resolve: ({ annualizedReturn }) => figureValue(annualizedReturn),
    }),
    annualizedVolatility: t.field({
      type: "Decimal",
      nullable: true,
      description: `Sample standard deviation (n − 1) of the daily returns × √252 × 100. ${NEEDS_YEAR}.`,
      resolve: ({ annualizedVolatility }) => figureValue(annualizedVolatility),
    }),
    sharpe: t.field({
      type: "Decimal",
      nullable: true,
      description:
        "Mean / sample standard deviation (n − 1) of the daily returns × √252, the risk-free rate being 0. W. F. Sharpe, " +
        `“The Sharpe ratio”, Journal of Portfolio Management 21 (1994). ${NEEDS_YEAR}, and where all returns are the same.`,
      resolve: ({ sharpe }) => figureValue(sharpe),
    }),
    sortino: t.field({
      type: "Decimal",
      nullable: true,
      description:
        "Mean of the daily returns / √(Σ min(return, 0)² / n) × √252, the target being 0. F. A. Sortino, L. N. Price, " +
        "“Performance measurement in a downside risk framework”, Journal of Investing 3 (1994). " +
        `${NEEDS_YEAR}, and where none is below 0.`,
      resolve: ({ sortino }) => figureValue(sortino),
    }),
    calmar: t.field({
      type: "Decimal",
      nullable: true,
      description:
        "annualizedReturn / maxDailyDrawdown. T. W. Young, “Calmar ratio”, Futures 20 (1991). " +
        `${NEEDS_YEAR}, and without a drawdown.`,
      resolve: ({ calmar }) => figureValue(calmar),
    }),
    maxDailyDrawdown: t.field({
      type: "Decimal",
      nullable: true,
      description: `The largest (peak − equity) / peak × 100 at the end of a day. ${NEEDS_RETURNS}.`,
      resolve: ({ maxDailyDrawdown }) => figureValue(maxDailyDrawdown),
    }),
    ulcerIndex: t.field({
      type: "Decimal",
      nullable: true,
      description:
        "√(Σ drawdown² / n) over the ends of all days, in percent. P. G. Martin, B. B. McCann, “The Investor's Guide to " +
        `Fidelity Funds”, Wiley (1989). ${NEEDS_RETURNS}.`,
      resolve: ({ ulcerIndex }) => figureValue(ulcerIndex),
    }),
    longestRecovery: t.field({
      type: Recovery,
      nullable: true,
      description:
        "The longest time that the daily equity lay below a peak, the earliest of equals; one that is not over counts up " +
        `to the last day. ${NEEDS_RETURNS}, and where it never lay below one.`,
      resolve: ({ longestRecovery }) => figureValue(longestRecovery),
    }),
    valueAtRisk: t.field({
      type: "Decimal",
      nullable: true,
      description:
        "The loss of one day, in percent of equity, that 95 % of the days did not exceed: historical, the return of rank " +
        "⌈n × 5 %⌉ from the worst with its sign turned; below 0 it is a gain. P. Jorion, “Value at Risk”, 3rd edition " +
        `(2006), chapter 5. ${NEEDS_YEAR}.`,
      resolve: ({ valueAtRisk }) => figureValue(valueAtRisk),
    }),
  }),
});
