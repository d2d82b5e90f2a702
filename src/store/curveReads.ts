// Reads of equity curves: up to a hundred thousand points, some thousands at a time, so that other work gets its turn.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { CurvePoint } from "../domain/curve/point.ts";
import { decimal } from "../domain/decimal.ts";
import type { SessionScope } from "../readPorts.ts";
import type { PrismaClient } from "./generated/client.ts";

/** Points of one page: an embedded database answers a page without yielding. */
const PAGE_POINTS = 2_500;
/** The text of a page: a line for each point. One value is read many times faster than as many as there are figures. */
const PAGE = `SELECT string_agg(concat_ws(' ', (date_part('epoch', time) * 1000)::bigint, id, equity, cash, drawdown), E'\\n'
    ORDER BY time, id) AS page
  FROM (SELECT time, id, equity, cash, drawdown FROM equity_points
    WHERE account_id = $1::uuid AND session = $2::int AND time < $3::timestamptz
      AND (time, id) > ($4::timestamptz, $5::bigint)
    ORDER BY time, id LIMIT ${PAGE_POINTS}) AS points`;
/** Ids begin at 1. */
const BEFORE_ALL_IDS = "0";

/** The points of a curve from one time up to, and not with, another, in order. */
export async function readCurve(
  prisma: PrismaClient,
  { accountId, session }: SessionScope,
  from: Date | undefined,
  to: Date | undefined,
): Promise<CurvePoint[]> {
  const points: CurvePoint[] = [];
  let after = { time: from?.toISOString() ?? "-infinity", id: BEFORE_ALL_IDS };
  for (;;) {
    await nextTurn();
    const [row] = await prisma.$queryRawUnsafe<{ page: string | null }[]>(
      PAGE,
      ...[accountId, session, to?.toISOString() ?? "infinity", after.time, after.id],
    );
    const lines = row?.page?.split("\n") ?? [];
    let last: readonly string[] = [];
    for (const line of lines) {
      last = line.split(" ");
      points.push(pointOf(last));
    }
    if (lines.length < PAGE_POINTS) return points;
    const [ms = "", id = ""] = last;
    after = { time: new Date(Number(ms)).toISOString(), id };
  }
}

function pointOf([ms = "", , equity = "", cash = "", drawdown = ""]: readonly string[]): CurvePoint {
  return { timeMs: Number(ms), equity: decimal(equity), cash: decimal(cash), drawdown: decimal(drawdown) };
}
