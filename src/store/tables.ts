// The tables that the batch road writes, with the type of each column, and the statements made from them.

import type { PointRecord } from "../domain/curve/sessionPoint.ts";
import type {
  AccountRecord,
  EventRecord,
  PositionRecord,
  QuoteRecord,
  SessionRecord,
  SignalRecord,
  TradeRecord,
} from "../domain/records.ts";
import type { PriceRangeRecord } from "../domain/statistics/priceRangeRecord.ts";
import type { RollupRecord } from "../domain/statistics/rollups.ts";

type ColumnType = "uuid" | "text" | "int" | "bigint" | "numeric" | "boolean" | "timestamptz" | "jsonb";

/** A table: a column for each field of its record, named in snake case. */
export interface Table<RecordOfTable> {
  readonly name: string;
  readonly columns: Readonly<Record<keyof RecordOfTable & string, ColumnType>>;
  readonly key: readonly (keyof RecordOfTable & string)[];
}

export const ACCOUNTS: Table<AccountRecord> = {
  name: "accounts",
  key: ["accountId"],
  columns: {
    accountId: "uuid",
    owner: "text",
    name: "text",
    status: "text",
    session: "int",
    sequence: "int",
    revision: "bigint",
    promotedAt: "timestamptz",
    createdAt: "timestamptz",
    updatedAt: "timestamptz",
  },
};

export const SESSIONS: Table<SessionRecord> = {
  name: "sessions",
  key: ["accountId", "session"],
  columns: {
    accountId: "uuid",
    session: "int",
    startSequence: "int",
    startedAt: "timestamptz",
    endedAt: "timestamptz",
    startingCapital: "numeric",
    commissionPerShare: "numeric",
    slippagePercentage: "numeric",
    useRealisticFills: "boolean",
    maxTradeRisk: "numeric",
    maxPortfolioHeat: "numeric",
    maxCampaignRisk: "numeric",
    target1Fraction: "numeric",
    breakevenAfterTarget1: "boolean",
    maxPriceAge: "int",
    cash: "numeric",
    peakEquity: "numeric",
    maxDrawdown: "numeric",
    totalRealizedPnl: "numeric",
    totalCommissionPaid: "numeric",
    totalSlippageCost: "numeric",
    totalTrades: "int",
    winningTrades: "int",
    grossWins: "numeric",
    grossLosses: "numeric",
    largestWin: "numeric",
    largestLoss: "numeric",
    sumOfR: "numeric",
    closedPositions: "int",
    closedWins: "int",
    closedPnl: "numeric",
    closedLargestPnl: "numeric",
    closedSumOfR: "numeric",
    closedSumOfRSquared: "numeric",
    inMarketMs: "bigint",
    inMarketSince: "timestamptz",
    lastExitAt: "timestamptz",
  },
};

export const POSITIONS: Table<PositionRecord> = {
  name: "positions",
  key: ["accountId", "number"],
  columns: {
    accountId: "uuid",
    number: "int",
    session: "int",
    signalId: "text",
    patternType: "text",
    campaignId: "text",
    source: "text",
    symbol: "text",
    assetClass: "text",
    side: "text",
    status: "text",
    leverage: "numeric",
    unitSize: "int",
    quantity: "numeric",
    remainingQuantity: "numeric",
    entryTime: "timestamptz",
    entryPrice: "numeric",
    entryReferencePrice: "numeric",
    entryPriceSource: "text",
    entryPriceTime: "timestamptz",
    entryCommission: "numeric",
    entrySlippageCost: "numeric",
    entryModelVersion: "int",
    entrySettings: "jsonb",
    entryValue: "numeric",
    entryValueLeft: "numeric",
    entryCommissionLeft: "numeric",
    entrySlippageLeft: "numeric",
    stopLoss: "numeric",
    initialStopLoss: "numeric",
    stopMovedBy: "text",
    target1: "numeric",
    target1Reached: "boolean",
    target2: "numeric",
    trailActivation: "numeric",
    trailOffset: "numeric",
    trailBestPrice: "numeric",
    expiresAt: "timestamptz",
    lastPrice: "numeric",
    lastPriceTime: "timestamptz",
    realizedPnl: "numeric",
    commissionPaid: "numeric",
    slippageCost: "numeric",
    tradeCount: "int",
    quantityTimesR: "numeric",
    createdAt: "timestamptz",
    updatedAt: "timestamptz",
  },
};

/** What changes in a position's life. */
export const POSITION_CHANGES = [
  "status",
  "remainingQuantity",
  "entryValueLeft",
  "entryCommissionLeft",
  "entrySlippageLeft",
  "stopLoss",
  "stopMovedBy",
  "target1Reached",
  "trailBestPrice",
  "lastPrice",
  "lastPriceTime",
  "realizedPnl",
  "commissionPaid",
  "slippageCost",
  "tradeCount",
  "quantityTimesR",
  "updatedAt",
] as const satisfies readonly (keyof PositionRecord)[];

export const TRADES: Table<TradeRecord> = {
  name: "trades",
  key: ["accountId", "number"],
  columns: {
    accountId: "uuid",
    number: "int",
    session: "int",
    positionNumber: "int",
    requestId: "text",
    signalId: "text",
    patternType: "text",
    campaignId: "text",
    source: "text",
    symbol: "text",
    side: "text",
    quantity: "numeric",
    entryTime: "timestamptz",
    entryPrice: "numeric",
    initialStopLoss: "numeric",
    lowestSeen: "numeric",
    highestSeen: "numeric",
    exitTime: "timestamptz",
    exitPrice: "numeric",
    exitReferencePrice: "numeric",
    exitPriceSource: "text",
    exitPriceTime: "timestamptz",
    exitGapped: "boolean",
    exitCommission: "numeric",
    exitSlippageCost: "numeric",
    exitModelVersion: "int",
    exitSettings: "jsonb",
    exitReason: "text",
    realizedPnl: "numeric",
    rMultipleAchieved: "numeric",
    commissionTotal: "numeric",
    slippageTotal: "numeric",
    createdAt: "timestamptz",
  },
};

export const SIGNALS: Table<SignalRecord> = {
  name: "signals",
  key: ["accountId", "signalId"],
  columns: {
    accountId: "uuid",
    signalId: "text",
    session: "int",
    sequence: "int",
    contentHash: "text",
    symbol: "text",
    assetClass: "text",
    patternType: "text",
    side: "text",
    phase: "text",
    timeframe: "text",
    entryPrice: "numeric",
    stopLoss: "numeric",
    target1: "numeric",
    target2: "numeric",
    trailActivation: "numeric",
    trailOffset: "numeric",
    positionSize: "numeric",
    positionSizeUnit: "text",
    leverage: "numeric",
    confidence: "int",
    campaignId: "text",
    marketPrice: "numeric",
    expiresAt: "timestamptz",
    source: "text",
    generatedAt: "timestamptz",
    schemaVersion: "int",
    patternData: "jsonb",
    volumeAnalysis: "jsonb",
    status: "text",
    rejections: "jsonb",
    skipReason: "text",
    positionNumber: "int",
    receivedAt: "timestamptz",
  },
};

export const EVENTS: Table<EventRecord> = {
  name: "events",
  key: ["accountId", "sequence"],
  columns: {
    accountId: "uuid",
    sequence: "int",
    type: "text",
    payload: "jsonb",
    actor: "text",
    marketTime: "timestamptz",
    recordedAt: "timestamptz",
  },
};

export const QUOTES: Table<QuoteRecord> = {
  name: "quotes",
  key: ["symbol"],
  columns: {
    symbol: "text",
    price: "numeric",
    bid: "numeric",
    ask: "numeric",
    volume: "numeric",
    time: "timestamptz",
    source: "text",
  },
};

export const PRICE_RANGES: Table<PriceRangeRecord> = {
  name: "price_ranges",
  key: ["symbol"],
  columns: { symbol: "text", completeFrom: "timestamptz", lows: "jsonb", highs: "jsonb" },
};

/** Milliseconds are whole numbers; their sum alone can pass what a number holds exactly. */
export const ROLLUPS: Table<RollupRecord> = {
  name: "rollups",
  key: ["accountId", "session", "breakdown", "key"],
  columns: {
    accountId: "uuid",
    session: "int",
    breakdown: "text",
    key: "text",
    totalTrades: "int",
    winningTrades: "int",
    totalRealizedPnl: "numeric",
    grossWins: "numeric",
    grossLosses: "numeric",
    largestWin: "numeric",
    largestLoss: "numeric",
    sumOfR: "numeric",
    commissions: "numeric",
    slippage: "numeric",
    tradedValue: "numeric",
    holdingMs: "numeric",
    shortestHoldingMs: "bigint",
    longestHoldingMs: "bigint",
    holdingTimeCounts: "jsonb",
    longestWinningStreak: "int",
    longestLosingStreak: "int",
    firstRun: "int",
    lastRun: "int",
  },
};

/** The database gives each point its `id`. */
export const EQUITY_POINTS: Table<PointRecord> = {
  name: "equity_points",
  key: ["accountId", "session", "time"],
  columns: {
    accountId: "uuid",
    session: "int",
    time: "timestamptz",
    equity: "numeric",
    cash: "numeric",
    drawdown: "numeric",
  },
};

/** The column of a field: `entryPrice` is stored in `entry_price`. */
export function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What to select of a table so that its rows are records as they stand: decimals and times as text. */
export function selectList<R>(table: Table<R>): string {
  return Object.entries<ColumnType>(table.columns)
    .map(([field, type]) => `${recordExpression(columnOf(field), type)} AS "${field}"`)
    .join(", ");
}

/** Times are written by the database as `toISOString` does it, decimals without zeros at their end. */
function recordExpression(column: string, type: ColumnType): string {
  if (type === "numeric") return `trim_scale(${column})::text`;
  if (type === "timestamptz") return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  if (type === "bigint") return `${column}::float8`;
  return type === "uuid" ? `${column}::text` : column;
}

/** The rows of `$1`, a JSON array of records, as a table expression `r` whose columns are the records' fields. */
function rowsOf<R>(table: Table<R>, fields: readonly string[]): string {
  const columns = table.columns as Readonly<Record<string, ColumnType>>;
  return `json_to_recordset($1::json) AS r(${fields.map((field) => `"${field}" ${columns[field]}`).join(", ")})`;
}

/** A statement that inserts the records of `$1`. */
export function insertStatement<R>(table: Table<R>): string {
  const fields = Object.keys(table.columns);
  const into = fields.map(columnOf).join(", ");
  const from = fields.map((field) => `r."${field}"`).join(", ");
  return `INSERT INTO ${table.name} (${into}) SELECT ${from} FROM ${rowsOf(table, fields)}`;
}

/** A statement that takes the given fields of the records of `$1` over into the rows with the same keys. */
export function updateStatement<R>(table: Table<R>, changes: readonly (keyof R & string)[]): string {
  const set = changes.map((field) => `${columnOf(field)} = r."${field}"`).join(", ");
  const same = table.key.map((field) => `t.${columnOf(field)} = r."${field}"`).join(" AND ");
  return `UPDATE ${table.name} t SET ${set} FROM ${rowsOf(table, [...table.key, ...changes])} WHERE ${same}`;
}

/** A statement that inserts the records of `$1`, or replaces the rows with the same keys. */
export function upsertStatement<R>(table: Table<R>): string {
  const key = table.key.map(columnOf).join(", ");
  const changes = Object.keys(table.columns).filter((field) => !(table.key as readonly string[]).includes(field));
  const set = changes.map((field) => `${columnOf(field)} = EXCLUDED.${columnOf(field)}`).join(", ");
  return `${insertStatement(table)} ON CONFLICT (${key}) DO UPDATE SET ${set}`;
}
