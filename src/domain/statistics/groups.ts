// How trades are grouped for the breakdowns of a report: each trade belongs to one group of each breakdown.
import type { ExitReason } from "../position.ts";
import type { PatternType, Side } from "../signal.ts";

export const BREAKDOWNS = [
  "SYMBOL",
  "PATTERN",
  "SIDE",
  "CAMPAIGN",
  "EXIT_REASON",
  "SOURCE",
  "HOUR",
  "WEEKDAY",
  "MONTH",
] as const;

/** The most groups of one breakdown that a report shows. */
export const BREAKDOWN_GROUPS_MAX = 1_000;

export type Breakdown = (typeof BREAKDOWNS)[number];

/** What decides the groups of a trade: facts of its signal, its position and its exit. */
export interface GroupedTrade {
  readonly symbol: string;
  readonly patternType: PatternType | null;
  readonly side: Side;
  readonly campaignId: string | null;
  readonly exitReason: ExitReason;
  /** The source that its signal named. */
  readonly source: string | null;
  readonly exitTimeMs: number;
}

/** One group of a breakdown. The key is null for the trades of signals that name no pattern, campaign or source. */
export interface Group {
  readonly breakdown: Breakdown;
  readonly key: string | null;
}

const WEEKDAYS: readonly string[] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const HOUR_START = "YYYY-MM-DDT".length;
const MONTH_LENGTH = "YYYY-MM".length;

/** The groups of a trade, one of each breakdown. */
export function groupsOf(trade: GroupedTrade): Group[] {
  return BREAKDOWNS.map((breakdown) => ({ breakdown, key: groupKey(breakdown, trade) }));
}

/**
 * The group of a trade in a breakdown. HOUR (00 to 23), WEEKDAY (MONDAY to SUNDAY) and MONTH (YYYY-MM) are those of the
 * exit, in UTC. No key is ever empty.
 */
export function groupKey(breakdown: Breakdown, trade: GroupedTrade): string | null {
  switch (breakdown) {
    case "SYMBOL":
      return trade.symbol;
    case "PATTERN":
      return trade.patternType;
    case "SIDE":
      return trade.side;
    case "CAMPAIGN":
      return trade.campaignId;
    case "EXIT_REASON":
      return trade.exitReason;
    case "SOURCE":
      return trade.source;
    case "HOUR":
      return timeOf(trade).slice(HOUR_START, HOUR_START + 2);
    case "WEEKDAY":
      return weekdayOf(trade);
    case "MONTH":
      return timeOf(trade).slice(0, MONTH_LENGTH);
  }
}

function timeOf(trade: GroupedTrade): string {
  return new Date(trade.exitTimeMs).toISOString();
}

/** JavaScript counts the days of the week from Sunday. */
function weekdayOf(trade: GroupedTrade): string | null {
  return WEEKDAYS[(new Date(trade.exitTimeMs).getUTCDay() + 6) % 7] ?? null;
}

/** The order of groups in a report: weekdays from Monday, all else by its text; the group without a key comes last. */
export function compareGroups(a: Group, b: Group): number {
  if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
  const [x, y] = a.breakdown === "WEEKDAY" ? [weekdayNumber(a.key), weekdayNumber(b.key)] : [a.key, b.key];
  return x < y ? -1 : Number(x > y);
}

function weekdayNumber(key: string): number {
  return WEEKDAYS.indexOf(key);
}
