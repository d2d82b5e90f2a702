// What thinning curves needs of the database: their ages, their points, and removing points.
import type { CurvePoint } from "../domain/curve/point.ts";
import { decimal } from "../domain/decimal.ts";
import type { CurveStore, StoredPoint } from "../ports.ts";
import type { Database } from "./database.ts";
import { withRetries } from "./retry.ts";
import { BEFORE_ALL } from "./sessionKeys.ts";

/** The sessions are found first, so that what is looked at is bounded, and then the end of each curve by its index. */
const CURVES = `SELECT s.account_id::text AS "accountId", s.session,
    (extract(epoch FROM coalesce(s.thinned_at, s.started_at)) * 1000)::float8 AS "thinnedAtMs",
    (SELECT (extract(epoch FROM p.time) * 1000)::float8 FROM equity_points p
      WHERE p.account_id = s.account_id AND p.session = s.session ORDER BY p.time DESC, p.id DESC LIMIT 1) AS "newestMs"
  FROM (SELECT account_id, session, started_at, thinned_at FROM sessions
    WHERE (account_id, session) > ($1::uuid, $2::int) ORDER BY account_id, session LIMIT $3::int) s
  ORDER BY s.account_id, s.session`;
const POINTS = `SELECT id::text, (extract(epoch FROM time) * 1000)::float8 AS "timeMs", equity::text, cash::text, drawdown::text
  FROM equity_points p
  WHERE account_id = $1::uuid AND session = $2::int AND p.time >= $3::timestamptz AND p.time < $4::timestamptz
  ORDER BY p.time, p.id LIMIT $5::int`;
/** The times let the database begin in the middle of the index. */
const REMOVE = `DELETE FROM equity_points
  WHERE account_id = $1::uuid AND session = $2::int AND time BETWEEN $3::timestamptz AND $4::timestamptz
    AND id IN (SELECT value::bigint FROM json_array_elements_text($5::json))`;
const NOTE = "UPDATE sessions SET thinned_at = $3::timestamptz WHERE account_id = $1::uuid AND session = $2::int";

type PointRow = { readonly [Field in keyof CurvePoint | "id"]: Field extends "timeMs" ? number : string };

const time = (ms: number): string => new Date(ms).toISOString();

/** The points of an open database. Each call is one statement. */
export function createCurveStore({ prisma }: Database): CurveStore {
  return {
    curvesAfter: (after = BEFORE_ALL, limit) => prisma.$queryRawUnsafe(CURVES, after.accountId, after.session, limit),
    readPoints: async ({ accountId, session }, fromMs, toMs, limit) => {
      const rows = await prisma.$queryRawUnsafe<PointRow[]>(
        POINTS,
        accountId,
        session,
        time(fromMs),
        time(toMs),
        limit,
      );
      return rows.map(toPoint);
    },
    removePoints: async ({ accountId, session }, points) => {
      const [first, last] = [points[0], points.at(-1)];
      if (first === undefined || last === undefined) return;
      const ids = JSON.stringify(points.map(({ id }) => id));
      await withRetries(() =>
        prisma.$executeRawUnsafe(REMOVE, accountId, session, time(first.timeMs), time(last.timeMs), ids),
      );
    },
    noteThinned: async ({ accountId, session }, newestMs) => {
      await withRetries(() => prisma.$executeRawUnsafe(NOTE, accountId, session, time(newestMs)));
    },
  };
}

function toPoint({ id, timeMs, equity, cash, drawdown }: PointRow): StoredPoint {
  return { id, timeMs, equity: decimal(equity), cash: decimal(cash), drawdown: decimal(drawdown) };
}
