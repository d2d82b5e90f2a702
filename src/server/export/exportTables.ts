// The columns of each export, and how a record becomes a row of it. Decimals and times stay the text that they are.
import { numberedGlobalId, signalGlobalId } from "../../../schema/globalIds.ts";
import type { CurvePoint } from "../../domain/curve/point.ts";
import { decimal, formatDecimal } from "../../domain/decimal.ts";
import type { PositionRecord, SignalRecord, TradeRecord } from "../../domain/records.ts";
import type { Side } from "../../domain/signal.ts";
import { excursionsOf } from "../../domain/statistics/excursions.ts";
import type { Row, Table } from "./rows.ts";

/** Fields of records that are written as they stand. */
const TRADE_FIELDS = [
  "session",
  "signalId",
  "symbol",
  "side",
  "patternType",
  "campaignId",
  "source",
  "quantity",
  "entryTime",
  "entryPrice",
  "initialStopLoss",
  "exitTime",
  "exitPrice",
  "exitReason",
  "realizedPnl",
  "rMultipleAchieved",
  "commissionTotal",
  "slippageTotal",
  "exitReferencePrice",
  "exitPriceSource",
  "exitPriceTime",
  "exitGapped",
  "exitCommission",
  "exitSlippageCost",
  "exitModelVersion",
  "requestId",
] as const satisfies readonly (keyof TradeRecord)[];

const NO_EXCURSIONS = {
  maxAdverseExcursion: null,
  maxAdverseExcursionR: null,
  maxFavourableExcursion: null,
  maxFavourableExcursionR: null,
};

const POSITION_FIELDS = [
  "session",
  "signalId",
  "symbol",
  "assetClass",
  "side",
  "status",
  "patternType",
  "campaignId",
  "source",
  "leverage",
  "quantity",
  "remainingQuantity",
  "entryTime",
  "entryPrice",
  "entryReferencePrice",
  "entryPriceSource",
  "entryPriceTime",
  "entryCommission",
  "entrySlippageCost",
  "entryModelVersion",
  "stopLoss",
  "initialStopLoss",
  "target1",
  "target2",
  "trailActivation",
  "trailOffset",
  "expiresAt",
  "realizedPnl",
  "commissionPaid",
  "slippageCost",
  "tradeCount",
  "updatedAt",
] as const satisfies readonly (keyof PositionRecord)[];

const SIGNAL_FIELDS = [
  "session",
  "signalId",
  "receivedAt",
  "status",
  "symbol",
  "assetClass",
  "patternType",
  "side",
  "phase",
  "timeframe",
  "entryPrice",
  "stopLoss",
  "target1",
  "target2",
  "trailActivation",
  "trailOffset",
  "positionSize",
  "positionSizeUnit",
  "leverage",
  "confidence",
  "campaignId",
  "marketPrice",
  "expiresAt",
  "source",
  "generatedAt",
  "schemaVersion",
  "skipReason",
] as const satisfies readonly (keyof SignalRecord)[];

/** Trades, each with its excursions in USD and in R. */
export function tradeTable(pages: AsyncIterable<TradeRecord[]>): Table {
  return {
    columns: ["id", "positionId", ...TRADE_FIELDS, ...Object.keys(NO_EXCURSIONS)],
    rows: rowsOf(pages, ({ exitSettings, ...trade }) => ({
      ...trade,
      id: numberedGlobalId("Trade", trade),
      positionId: numberedGlobalId("Position", { accountId: trade.accountId, number: trade.positionNumber }),
      ...excursionCells(trade),
    })),
  };
}

/** In USD and in R; null where they are not known. */
function excursionCells(trade: Omit<TradeRecord, "exitSettings">): Row<keyof typeof NO_EXCURSIONS> {
  const { initialStopLoss, lowestSeen, highestSeen } = trade;
  if (initialStopLoss === null || lowestSeen === null || highestSeen === null) return NO_EXCURSIONS;
  const { adverse, favourable } = excursionsOf({
    side: trade.side as Side,
    quantity: decimal(trade.quantity),
    entryPrice: decimal(trade.entryPrice),
    initialStopLoss: decimal(initialStopLoss),
    seen: { lowest: decimal(lowestSeen), highest: decimal(highestSeen) },
  });
  return {
    maxAdverseExcursion: formatDecimal(adverse.usd),
    maxAdverseExcursionR: formatDecimal(adverse.r),
    maxFavourableExcursion: formatDecimal(favourable.usd),
    maxFavourableExcursionR: formatDecimal(favourable.r),
  };
}

export function positionTable(pages: AsyncIterable<PositionRecord[]>): Table {
  return {
    columns: ["id", ...POSITION_FIELDS],
    rows: rowsOf(pages, ({ entrySettings, ...position }) => ({
      ...position,
      id: numberedGlobalId("Position", position),
    })),
  };
}

/** Signals; the codes of their rejections stand in one cell, and their sentences in another. */
export function signalTable(pages: AsyncIterable<SignalRecord[]>): Table {
  return {
    columns: ["id", ...SIGNAL_FIELDS, "rejectionCodes", "rejectionMessages", "positionId"],
    rows: rowsOf(pages, ({ patternData, volumeAnalysis, rejections, ...signal }) => ({
      ...signal,
      id: signalGlobalId(signal),
      rejectionCodes: rejections.map(({ code }) => code).join(" ") || null,
      rejectionMessages: rejections.map(({ message }) => message).join(" ") || null,
      positionId:
        signal.positionNumber === null
          ? null
          : numberedGlobalId("Position", { accountId: signal.accountId, number: signal.positionNumber }),
    })),
  };
}

export function curveTable(points: readonly CurvePoint[]): Table {
  return {
    columns: ["time", "equity", "cash", "drawdown"],
    rows: rowsOf(once(points), ({ timeMs, equity, cash, drawdown }) => ({
      time: new Date(timeMs).toISOString(),
      equity: formatDecimal(equity),
      cash: formatDecimal(cash),
      drawdown: formatDecimal(drawdown),
    })),
  };
}

/** A table of rows that are in memory. */
export function tableOf(columns: readonly string[], rows: readonly Row[]): Table {
  return { columns, rows: rowsOf(once(rows), (row) => row) };
}

async function* once<Item>(items: readonly Item[]): AsyncIterable<readonly Item[]> {
  yield items;
}

async function* rowsOf<Item>(
  pages: AsyncIterable<readonly Item[]>,
  rowOf: (item: Item) => Row,
): AsyncGenerator<Row, void, undefined> {
  for await (const page of pages) for (const item of page) yield rowOf(item);
}
