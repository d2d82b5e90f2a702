// The figures and the curve of a long history, summed by SQL from the rows that were made before.
import { EVENTS_OF_GROUP, HISTORY_DAYS, HISTORY_ENDS, HISTORY_STARTS, type History, rhythmOf } from "./historyRows.ts";

const MINUTES_OF_A_DAY = 1440;
/** For so long there is a mark a minute; before, as many as the thinned curve has any use for. */
const DENSE_MINUTES = 30 * MINUTES_OF_A_DAY;
const SPARSE_EACH_MINUTES = 5;

/** The statements that fill in what the desk sums up, after those of the rows and on the same connection. */
export function figureStatements({ accountId, trades }: History): string[] {
  const { groups, stepMs } = rhythmOf(trades);
  const account = `'${accountId}'::uuid`;
  const inMarketMs = (groups * stepMs * (EVENTS_OF_GROUP - 1)) / EVENTS_OF_GROUP;
  return [
    "DROP TABLE IF EXISTS history_marks",
    marksMade(account, groups, stepMs),
    `INSERT INTO equity_points (account_id, session, time, equity, cash, drawdown)
     SELECT ${account}, 1, time, equity, cash, drawdown ${KEPT_MARKS} ORDER BY time`,
    `INSERT INTO equity_days (account_id, session, day, equity)
     SELECT DISTINCT ON (day) ${account}, 1, day, equity
     FROM (SELECT *, to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day FROM history_marks) marks ORDER BY day, time DESC`,
    sessionFilled(account, inMarketMs),
    `UPDATE accounts SET sequence = ${1 + groups * EVENTS_OF_GROUP}, revision = revision + 1,
       created_at = '${HISTORY_STARTS}', updated_at = '${HISTORY_ENDS}' WHERE account_id = ${account}`,
  ];
}

/** A mark from time to time: the cash after the groups that are over, and what open positions seem to be worth on the way. */
function marksMade(account: string, groups: number, stepMs: number): string {
  const afterExitsMs = stepMs / EVENTS_OF_GROUP;
  const minutes = HISTORY_DAYS * MINUTES_OF_A_DAY;
  return `CREATE TEMPORARY TABLE history_marks AS
WITH results AS (
  SELECT g + 1 AS done, sum(sum(realized_pnl)) OVER (ORDER BY g) AS pnl FROM history_lots GROUP BY g
  UNION ALL SELECT 0, 0
), marks AS (
  SELECT timestamptz '${HISTORY_STARTS}' + m * interval '1 minute' AS time, starting_capital,
    least(${groups}, (m::bigint * 60000 + ${afterExitsMs}) / ${stepMs}) AS done,
    CASE WHEN m = ${minutes} THEN 0 ELSE (m::bigint * 7919 % 20001 - 10000) / 100.0 END AS open_pnl
  FROM generate_series(1, ${minutes}) m, sessions
  WHERE account_id = ${account} AND session = 1 AND (m % ${SPARSE_EACH_MINUTES} = 0 OR m > ${minutes - DENSE_MINUTES})
), valued AS (
  SELECT time, starting_capital, starting_capital + pnl AS cash, starting_capital + pnl + open_pnl AS equity
  FROM marks JOIN results USING (done)
), peaked AS (
  SELECT *, greatest(starting_capital, max(equity) OVER (ORDER BY time)) AS peak FROM valued
)
SELECT time, cash, equity, peak, round((peak - equity) / peak * 100, 8) AS drawdown FROM peaked`;
}

/** The marks that are left of each bucket when a curve has been thinned: src/domain/curve/thin.ts in SQL. */
const KEPT_MARKS = `FROM (
  SELECT *, row_number() OVER (PARTITION BY length, bucket ORDER BY equity, time) AS lowest,
    row_number() OVER (PARTITION BY length, bucket ORDER BY equity DESC, time) AS highest,
    row_number() OVER (PARTITION BY length, bucket ORDER BY drawdown DESC, time) AS deepest,
    row_number() OVER (PARTITION BY length, bucket ORDER BY time DESC) AS newest
  FROM (SELECT *, floor(extract(epoch FROM time) / length) AS bucket
    FROM (SELECT *, CASE WHEN age >= interval '365 days' THEN 86400 WHEN age >= interval '30 days' THEN 3600
        WHEN age >= interval '2 days' THEN 900 ELSE 60 END AS length
      FROM (SELECT *, '${HISTORY_ENDS}' - time AS age FROM history_marks) aged) levelled) parted
) ranked WHERE 1 IN (lowest, highest, deepest, newest)`;

function sessionFilled(account: string, inMarketMs: number): string {
  return `UPDATE sessions s SET started_at = '${HISTORY_STARTS}',
  cash = starting_capital + lots.flow + entries.flow, peak_equity = marks.peak, max_drawdown = marks.drawdown,
  total_realized_pnl = lots.pnl, total_commission_paid = lots.commission + entries.commission,
  total_slippage_cost = lots.slippage + entries.slippage, total_trades = lots.count, winning_trades = lots.wins,
  gross_wins = lots.gross_wins, gross_losses = lots.gross_losses, largest_win = lots.largest_win,
  largest_loss = lots.largest_loss, sum_of_r = lots.sum_of_r, closed_positions = entries.count,
  closed_wins = entries.wins, closed_pnl = entries.pnl, closed_largest_pnl = entries.largest,
  closed_sum_of_r = entries.sum_of_r, closed_sum_of_r_squared = entries.sum_of_r_squared,
  in_market_ms = ${inMarketMs}, in_market_since = NULL, last_exit_at = lots.last_exit, thinned_at = '${HISTORY_ENDS}'
FROM (
  SELECT count(*), sum(realized_pnl) AS pnl, sum(exit_commission) AS commission, sum(exit_slippage_cost) AS slippage,
    sum(CASE side WHEN 'LONG' THEN 1 ELSE -1 END * exit_price * quantity - exit_commission) AS flow,
    count(*) FILTER (WHERE realized_pnl > 0) AS wins, sum(r_multiple_achieved) AS sum_of_r, max(exit_time) AS last_exit,
    coalesce(sum(realized_pnl) FILTER (WHERE realized_pnl > 0), 0) AS gross_wins,
    coalesce(sum(realized_pnl) FILTER (WHERE realized_pnl <= 0), 0) AS gross_losses,
    max(realized_pnl) FILTER (WHERE realized_pnl > 0) AS largest_win,
    min(realized_pnl) FILTER (WHERE realized_pnl <= 0) AS largest_loss
  FROM trades WHERE account_id = ${account}
) lots, (
  SELECT count(*), sum(realized_pnl) AS pnl, sum(entry_commission) AS commission, sum(entry_slippage_cost) AS slippage,
    -sum(CASE side WHEN 'LONG' THEN 1 ELSE -1 END * entry_value + entry_commission) AS flow,
    count(*) FILTER (WHERE realized_pnl > 0) AS wins, max(realized_pnl) AS largest,
    sum(quantity_times_r / quantity) AS sum_of_r, sum((quantity_times_r / quantity) * (quantity_times_r / quantity)) AS sum_of_r_squared
  FROM positions WHERE account_id = ${account}
) entries, (SELECT max(peak) AS peak, max(drawdown) AS drawdown FROM history_marks) marks
WHERE s.account_id = ${account} AND s.session = 1`;
}
