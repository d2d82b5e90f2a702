// How a session has done: its figures, its symbols and its equity, as a small table (after `npm run build`):
//   npx tsx examples/analyst.ts http://localhost:4000 main
import {
  createClient,
  type Decimal,
  EquityCurveDocument,
  ReportBreakdownDocument,
  ReportDocument,
  toNumber,
} from "@papertape/client/node";

const BARS = "▁▂▃▄▅▆▇█";
const [url = "http://localhost:4000", account = "main"] = process.argv.slice(2);
const client = createClient({ url, key: process.env["PAPERTAPE_KEY"] });

// Three questions at once; each is answered of one instant.
const [{ report }, { report: bySymbol }, { equityCurve }] = await Promise.all([
  client.query(ReportDocument, { account }),
  client.query(ReportBreakdownDocument, { account, by: "SYMBOL" }),
  client.query(EquityCurveDocument, { account, points: 60 }),
]);
if (report === null || bySymbol === null || equityCurve === null) throw new Error(`There is no account ${account}.`);

/** A figure that has nothing to be computed from is null, never 0. */
const shown = (figure: Decimal | null, unit = "") => (figure === null ? "–" : `${toNumber(figure)?.toFixed(2)}${unit}`);
const print = (...cells: readonly (string | number)[]) =>
  console.log(cells.map((cell, index) => (index === 0 ? String(cell).padEnd(14) : String(cell).padStart(12))).join(""));

const { performance, eligibility } = report;
print(account, "figure");
print("return", shown(performance.totalReturn, " %"));
print("trades", performance.totalTrades);
print("win rate", shown(performance.winRate, " %"));
print("profit factor", shown(performance.profitFactor));
print("max drawdown", shown(performance.maxDrawdown, " %"));
print("Sharpe", shown(performance.sharpe));
print("eligible", eligibility.eligible ? "yes" : "no");
console.log();
print("symbol", "trades", "net P&L", "win rate");
for (const { key, totalTrades, netPnl, winRate } of bySymbol.breakdown)
  print(key ?? "–", totalTrades, shown(netPnl), shown(winRate, " %"));

// Floating point is good enough for a drawing.
const equity = equityCurve.points.map((point) => toNumber(point.equity));
const [low, high] = [Math.min(...equity), Math.max(...equity)];
const bar = (value: number) => BARS[high === low ? 0 : Math.round(((value - low) / (high - low)) * (BARS.length - 1))];
console.log(`\nequity ${low.toFixed(2)} to ${high.toFixed(2)}\n${equity.map(bar).join("")}`);
