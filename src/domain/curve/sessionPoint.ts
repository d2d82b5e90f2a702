// The points of an account's sessions: which of a batch's are stored, and their flat form.
import { decimal, formatDecimal } from "../decimal.ts";
import { dayOf } from "../statistics/dailyEquity.ts";
import type { CurvePoint } from "./point.ts";
import { CURVE_LEVELS, keepOf } from "./thin.ts";

/** The buckets by which points are reduced before they are stored, in milliseconds: the finest level of all. */
export const STORED_BUCKET_MS = 60_000;

/** A point, and the number of the session that it belongs to: a reset within a batch begins another. */
export interface SessionPoint extends CurvePoint {
  readonly session: number;
}

export type PointRecord = ReturnType<typeof pointRecord>;

/**
 * The points to store of those that one batch made, in order: what buckets (of a minute) keep, and the first of each session,
 * which can be the session's very first.
 */
export function pointsToStore(points: readonly SessionPoint[], bucketMs = STORED_BUCKET_MS): SessionPoint[] {
  const sessions = new Set(points.map(({ session }) => session));
  return [...sessions].flatMap((session) => {
    const [first, ...others] = points.filter((point) => point.session === session);
    return first === undefined ? [] : [first, ...keepOf(others, bucketMs)];
  });
}

/** Points of one batch that are kept as they are; a batch of thousands of prices makes one for each and each holder. */
const KEPT_POINTS_MAX = 512;

/**
 * The points of a batch that goes on: as they are while there are few, then reduced by longer and longer buckets of the
 * curve's levels until they are few, or no longer bucket makes them fewer.
 */
export function fewerPoints(points: readonly SessionPoint[]): readonly SessionPoint[] {
  let fewer = points;
  for (const { bucketMs } of CURVE_LEVELS) {
    if (fewer.length <= KEPT_POINTS_MAX) return fewer;
    fewer = pointsToStore(fewer, bucketMs);
  }
  return fewer;
}

/** How many points may gather until they are made fewer again. */
export function pointsUntilFewer(count: number): number {
  return Math.max(KEPT_POINTS_MAX, 2 * count);
}

export function pointRecord(accountId: string, point: SessionPoint) {
  return {
    accountId,
    session: point.session,
    time: new Date(point.timeMs).toISOString(),
    equity: formatDecimal(point.equity),
    cash: formatDecimal(point.cash),
    drawdown: formatDecimal(point.drawdown),
  };
}

export function pointOfRecord(record: PointRecord): SessionPoint {
  return {
    session: record.session,
    timeMs: Date.parse(record.time),
    equity: decimal(record.equity),
    cash: decimal(record.cash),
    drawdown: decimal(record.drawdown),
  };
}

/** A UTC day of a session on which there are points. */
export interface SessionDay {
  readonly accountId: string;
  readonly session: number;
  readonly day: string;
}

/** The days that points lie on, each once. */
export function daysOf(points: readonly PointRecord[]): SessionDay[] {
  const days = new Map<string, SessionDay>();
  for (const { accountId, session, time } of points) {
    const day = dayOf(Date.parse(time));
    days.set(`${accountId} ${session} ${day}`, { accountId, session, day });
  }
  return [...days.values()];
}
