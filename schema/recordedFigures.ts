// The figures of a backtest that was made elsewhere, as they were recorded.
import type { RecordedFigures as Figures, RecordedGroup as Group } from "../src/backtestPorts.ts";
import { builder } from "./builder.ts";

const RecordedGroup = builder.interfaceRef<Group>("RecordedTradeFigures").implement({
  description: "Figures of trades that were recorded; null where they were not given.",
  fields: (t) => ({
    totalTrades: t.exposeInt("totalTrades", { nullable: true, description: "How many trades it had." }),
    winRate: t.expose("winRate", { type: "Decimal", nullable: true, description: "In percent, 0 to 100." }),
    averageRMultiple: t.expose("averageRMultiple", {
      type: "Decimal",
      nullable: true,
      description: "The mean R multiple over trades.",
    }),
    profitFactor: t.expose("profitFactor", {
      type: "Decimal",
      nullable: true,
      description: "Gross wins over gross losses.",
    }),
  }),
});

const RecordedSymbol = builder.objectRef<Figures["symbols"][number]>("RecordedSymbol").implement({
  description: "The recorded figures of one symbol.",
  interfaces: [RecordedGroup],
  fields: (t) => ({ symbol: t.exposeString("symbol", { description: "Which symbol." }) }),
});

export const RecordedFigures = builder.objectRef<Figures>("RecordedFigures").implement({
  description: "The figures of a backtest that was made elsewhere, as they were recorded.",
  interfaces: [RecordedGroup],
  fields: (t) => ({
    maxDrawdown: t.expose("maxDrawdown", {
      type: "Decimal",
      nullable: true,
      description: "The largest fall of equity from its peak, in percent of the peak.",
    }),
    sharpe: t.expose("sharpe", { type: "Decimal", nullable: true, description: "The Sharpe ratio." }),
    symbols: t.field({
      type: [RecordedSymbol],
      description: "By symbol.",
      resolve: ({ symbols }) => [...symbols],
    }),
  }),
});
