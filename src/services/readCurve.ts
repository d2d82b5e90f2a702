// Reading the equity curve of a session, with no more points than are to be drawn.
import type { Book } from "../domain/book.ts";
import { downsample } from "../domain/curve/downsample.ts";
import type { CurvePoint } from "../domain/curve/point.ts";
import { drawdownAt } from "../domain/figures.ts";
import { UNSET_CLOCK_MS } from "../domain/performance.ts";
import type { SessionReads, SessionScope } from "../readPorts.ts";
import { boardPrices, type Desk, type Viewer } from "./desk.ts";
import { readBooks } from "./readAccounts.ts";
import { equityNow } from "./readReport.ts";

/** `from ≤ time < to`; where they are not given, from the beginning and to the end. */
export interface CurveRange {
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
  /** The most points: CURVE_COUNT_MIN to CURVE_COUNT_MAX. */
  readonly count: number;
}

export interface Curve {
  readonly points: readonly CurvePoint[];
  /** How many points are stored of that range. */
  readonly recorded: number;
}

/**
 * The curve of a session that the viewer has; the running one's ends with what it is worth now, unless `to` leaves that
 * out. Throws a RangeError for a count out of bounds.
 */
export async function readCurve(
  desk: Desk,
  reads: Pick<SessionReads, "readCurve">,
  viewer: Viewer,
  scope: SessionScope,
  { from, to, count }: CurveRange,
): Promise<Curve> {
  const stored = await reads.readCurve(scope, from ?? undefined, to ?? undefined);
  const book = (await readBooks(desk, viewer, [scope.accountId])).get(scope.accountId);
  const isRunning = book?.session.session === scope.session;
  const present = isRunning ? presentPoint(desk, book, stored.at(-1)) : undefined;
  const isShown = present !== undefined && isWithin(present.timeMs, from, to) && !isSame(present, stored.at(-1));
  const points = ofMarket(isShown ? [...stored, present] : stored);
  return { points: downsample(points, count), recorded: stored.length };
}

/** Without the beginning by a clock that had no start yet: all that was drawn would be the decades after it. */
function ofMarket(points: readonly CurvePoint[]): readonly CurvePoint[] {
  const market = points.filter(({ timeMs }) => timeMs !== UNSET_CLOCK_MS);
  return market.length > 0 ? market : points;
}

/** A bar's exits carry its end: the last point can be a little ahead of the clock, and no point comes before it. */
function presentPoint(desk: Desk, book: Book, last: CurvePoint | undefined): CurvePoint {
  const { figures } = book.session;
  const equity = equityNow(book, boardPrices(desk));
  return {
    timeMs: Math.max(desk.clock.nowMs(), last?.timeMs ?? 0),
    equity,
    cash: figures.cash,
    drawdown: drawdownAt(figures, equity),
  };
}

function isWithin(timeMs: number, from: CurveRange["from"], to: CurveRange["to"]): boolean {
  if (from && timeMs < from.getTime()) return false;
  return !to || timeMs < to.getTime();
}

function isSame(a: CurvePoint, b: CurvePoint | undefined): boolean {
  return b !== undefined && a.timeMs === b.timeMs && a.equity.eq(b.equity) && a.cash.eq(b.cash);
}
