// Rollups: the sums of a session's trades, of all and by group, kept beside the trades so that no report has to read them.
import { decimal, q8 } from "../decimal.ts";
import type { Trade } from "../lot.ts";
import type { ExitReason } from "../position.ts";
import type { TradeRecord } from "../records.ts";
import type { PatternType, Side } from "../signal.ts";
import { type Breakdown, groupsOf } from "./groups.ts";
import { mergeSums, NO_TRADES, type SummedTrade, sumsOfTrade, type TradeSums } from "./tradeSums.ts";
import { type TradeSumsRecord, tradeSumsOfRecord, tradeSumsRecord } from "./tradeSumsRecord.ts";

/** The breakdown of one group that holds all trades of the session; its key is empty. */
export const WHOLE = "ALL";
/** The key of the trades that name no pattern, campaign or source: a database's key cannot be null. */
export const NO_KEY = "";

export interface RollupKey {
  readonly accountId: string;
  readonly session: number;
  readonly breakdown: Breakdown | typeof WHOLE;
  readonly key: string;
}

export interface Rollup extends RollupKey {
  readonly sums: TradeSums;
}

/** What rollups take from a trade. */
export type RolledTrade = SummedTrade &
  Pick<Trade, "accountId" | "session" | "symbol" | "patternType" | "campaignId" | "source" | "exitReason">;

/** The fields of a trade's row from which its rollups are made anew. */
export type RolledTradeRecord = Pick<TradeRecord, (typeof ROLLED_FIELDS)[number]>;
export const ROLLED_FIELDS = [
  "accountId",
  "number",
  "session",
  "positionNumber",
  "patternType",
  "campaignId",
  "source",
  "symbol",
  "side",
  "quantity",
  "entryTime",
  "exitTime",
  "exitPrice",
  "exitReason",
  "realizedPnl",
  "rMultipleAchieved",
  "commissionTotal",
  "slippageTotal",
] as const satisfies readonly (keyof TradeRecord)[];

export type RollupRecord = RollupKey & TradeSumsRecord;

/** Tells one rollup from all others. */
export function rollupId({ accountId, session, breakdown, key }: RollupKey): string {
  return `${accountId} ${session} ${breakdown} ${key}`;
}

/** The rollups of trades alone, one for each group that they fall into; the trades are in the order of their numbers. */
export function rollupsOf(trades: readonly RolledTrade[]): Rollup[] {
  const groups = new Map<string, { readonly key: RollupKey; readonly sums: TradeSums[] }>();
  for (const trade of trades) {
    const sums = sumsOfTrade(trade);
    for (const key of keysOf(trade)) {
      const id = rollupId(key);
      const group = groups.get(id);
      if (group === undefined) groups.set(id, { key, sums: [sums] });
      else group.sums.push(sums);
    }
  }
  return [...groups.values()].map(({ key, sums }) => ({ ...key, sums: sumOf(sums) }));
}

/** The rollups that `added`, of newer trades, makes of the stored ones: one for each of `added`, the others stay. */
export function afterTrades(stored: Iterable<Rollup>, added: readonly Rollup[]): Rollup[] {
  const before = new Map([...stored].map((rollup) => [rollupId(rollup), rollup.sums]));
  return added.map((rollup) => {
    const earlier = before.get(rollupId(rollup));
    return earlier === undefined ? rollup : { ...rollup, sums: mergeSums(earlier, rollup.sums) };
  });
}

function keysOf(trade: RolledTrade): RollupKey[] {
  const { accountId, session } = trade;
  const groups = groupsOf({ ...trade, exitTimeMs: trade.exitFill.timeMs });
  return [
    { accountId, session, breakdown: WHOLE, key: NO_KEY },
    ...groups.map(({ breakdown, key }) => ({ accountId, session, breakdown, key: key ?? NO_KEY })),
  ];
}

/** By halves: joining one after the other would copy the counts of the first ones again and again. */
function sumOf(sums: readonly TradeSums[]): TradeSums {
  if (sums.length <= 1) return sums[0] ?? NO_TRADES;
  const middle = Math.floor(sums.length / 2);
  return mergeSums(sumOf(sums.slice(0, middle)), sumOf(sums.slice(middle)));
}

export function rollupRecord({ sums, ...key }: Rollup): RollupRecord {
  return { ...key, ...tradeSumsRecord(sums) };
}

export function rollupOfRecord(record: RollupRecord): Rollup {
  const { accountId, session, breakdown, key } = record;
  return { accountId, session, breakdown, key, sums: tradeSumsOfRecord(record) };
}

/** A trade's row as what rollups take; its exit's value is `q8(price × quantity)`, as when it was filled. */
export function rolledTradeOfRecord(record: RolledTradeRecord): RolledTrade {
  return {
    accountId: record.accountId,
    session: record.session,
    symbol: record.symbol,
    patternType: record.patternType as PatternType | null,
    campaignId: record.campaignId,
    source: record.source,
    side: record.side as Side,
    exitReason: record.exitReason as ExitReason,
    entryTimeMs: Date.parse(record.entryTime),
    realizedPnl: decimal(record.realizedPnl),
    rMultiple: decimal(record.rMultipleAchieved),
    commissionTotal: decimal(record.commissionTotal),
    slippageTotal: decimal(record.slippageTotal),
    exitFill: {
      value: q8(decimal(record.exitPrice).times(decimal(record.quantity))),
      timeMs: Date.parse(record.exitTime),
    },
  };
}
