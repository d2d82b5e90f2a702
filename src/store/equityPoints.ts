// Writing the points of equity curves, and with them the equity of each of their days.
import { daysOf, type PointRecord } from "../domain/curve/sessionPoint.ts";
import { type Client, execute } from "./execute.ts";
import { EQUITY_POINTS, insertStatement } from "./tables.ts";

/** The database numbers points in the order of the rows, which tells those of one time apart. */
const INSERT_POINTS = insertStatement(EQUITY_POINTS);

/**
 * A day's equity is that of its last point, looked up rather than given: points of marks at which nothing else happened
 * are stored a little later than others.
 */
const UPSERT_DAYS = `INSERT INTO equity_days (account_id, session, day, equity)
  SELECT r."accountId", r."session", r."day", p.equity
  FROM json_to_recordset($1::json) AS r("accountId" uuid, "session" int, "day" text)
  CROSS JOIN LATERAL (
    SELECT e.equity FROM equity_points e
    WHERE e.account_id = r."accountId" AND e.session = r."session"
      AND e.time >= (r."day" || 'T00:00:00Z')::timestamptz
      AND e.time < (r."day" || 'T00:00:00Z')::timestamptz + interval '24 hours'
    ORDER BY e.time DESC, e.id DESC LIMIT 1) p
  ON CONFLICT (account_id, session, day) DO UPDATE SET equity = EXCLUDED.equity`;

/** Adds points, those of each session in order. */
export async function addPoints(client: Client, points: readonly PointRecord[]): Promise<void> {
  await execute(client, INSERT_POINTS, points);
  await execute(client, UPSERT_DAYS, daysOf(points));
}
