// The rows of a long history, made by SQL in sets: closed positions, their trades and signals, as the desk would have them.

/** The history of an account that has been enabled and has done nothing else, two years long whatever it holds. */
export interface History {
  readonly accountId: string;
  /** A multiple of `TRADES_OF_GROUP`. */
  readonly trades: number;
}

/**
 * Three positions and a declined signal, eight events: A, B and the declined signal come, half of A is closed, C comes, and
 * B, the rest of A and C are closed. Between two groups nothing is open.
 */
export const TRADES_OF_GROUP = 4;
export const EVENTS_OF_GROUP = 8;
const POSITIONS_OF_GROUP = 3;

export const HISTORY_STARTS = "2024-01-01T00:00:00.000Z";
export const HISTORY_DAYS = 730;
const DAY_MS = 86_400_000;
export const HISTORY_ENDS = new Date(Date.parse(HISTORY_STARTS) + HISTORY_DAYS * DAY_MS).toISOString();

/** A tenth of the trades and more are of this symbol; only `RARE_TRADES` at most, in the middle, are of the rare one. */
export const COMMON_SYMBOL = "AAPL";
export const RARE_SYMBOL = "RARE";
export const COMMON_REASON = "STOP_LOSS";
export const RARE_REASON = "EXPIRED";
const RARE_GROUPS = 20;

const FILL_SETTINGS = `'{"slippagePercentage":"0.02","commissionPerShare":"0.005","useRealisticFills":true}'::jsonb`;

/** The statements that fill the tables of one account, in their order; they belong on one connection. */
export function historyStatements({ accountId, trades }: History): string[] {
  const { groups, stepMs } = rhythmOf(trades);
  const account = `'${accountId}'::uuid`;
  return [
    "DROP TABLE IF EXISTS history_positions, history_lots",
    positionsMade(groups, stepMs),
    LOTS_MADE,
    `INSERT INTO positions ${POSITIONS.replaceAll("$account", account)}`,
    // Trades and signals look for their positions by the index only where the database knows how many there are.
    "ANALYZE positions",
    `INSERT INTO trades ${TRADES.replaceAll("$account", account)}`,
    `INSERT INTO signals ${FILLED_SIGNALS.replaceAll("$account", account)}`,
    `INSERT INTO signals ${declinedSignals(account, groups, stepMs)}`,
  ];
}

/** How many groups there are, and how far apart they begin: events fall on whole milliseconds. */
export function rhythmOf(trades: number): { readonly groups: number; readonly stepMs: number } {
  const groups = trades / TRADES_OF_GROUP;
  return { groups, stepMs: Math.floor((HISTORY_DAYS * DAY_MS) / groups / EVENTS_OF_GROUP) * EVENTS_OF_GROUP };
}

/** The time of an event: its group's, and its place in it. */
function timeOf(group: string, place: string, stepMs: number): string {
  return `timestamptz '${HISTORY_STARTS}' + (${group} * ${stepMs} + ${place} * ${stepMs / EVENTS_OF_GROUP}) * interval '1 ms'`;
}

/** The number of an event: the first of the account tells that it was enabled. */
function numberOf(group: string, place: string): string {
  return `2 + ${group} * ${EVENTS_OF_GROUP} + ${place}`;
}

/**
 * A row for each position, with what chance (the digest of its number, the same on any server) decides: prices in cents, a
 * stop 2 USD away, targets at 3 and 6. `role` is 0 for A, 1 for B, 2 for C.
 */
function positionsMade(groups: number, stepMs: number): string {
  return `CREATE TEMPORARY TABLE history_positions AS
WITH chances AS (
  SELECT g, role, g * ${POSITIONS_OF_GROUP} + role AS i, md5((g * ${POSITIONS_OF_GROUP} + role)::text) AS digest,
    g BETWEEN ${Math.floor(groups / 2)} AND ${Math.floor(groups / 2) + RARE_GROUPS - 1} AS middle
  FROM generate_series(0::bigint, ${groups - 1}) g, generate_series(0, ${POSITIONS_OF_GROUP - 1}) role
), drawn AS (
  SELECT *, ('x' || substr(digest, 1, 6))::bit(24)::int AS c1, ('x' || substr(digest, 7, 6))::bit(24)::int AS c2,
    ('x' || substr(digest, 13, 6))::bit(24)::int AS c3, ('x' || substr(digest, 19, 6))::bit(24)::int AS c4
  FROM chances
), placed AS (
  SELECT *, CASE role WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE 4 END AS entry_place,
    CASE role WHEN 0 THEN 6 WHEN 1 THEN 5 ELSE 7 END AS exit_place,
    CASE WHEN c1 % 4 = 3 THEN -1 ELSE 1 END AS d,
    8000 + c2 % 4001 AS cents,
    10 + 2 * (c3 % 21) AS quantity,
    CASE WHEN role = 0 THEN CASE WHEN c4 % 100 < 50 THEN 'TARGET_2' ELSE 'STOP_LOSS' END
      WHEN role = 1 AND middle THEN 'EXPIRED'
      WHEN c4 % 100 < 40 THEN 'STOP_LOSS' WHEN c4 % 100 < 70 THEN 'TARGET_1'
      WHEN c4 % 100 < 80 THEN 'TRAILING_STOP' ELSE 'MANUAL' END AS reason
  FROM drawn
), priced AS (
  SELECT *, CASE WHEN d = 1 THEN 'LONG' ELSE 'SHORT' END AS side, cents / 100.0 AS reference,
    cents / 100.0 * (1 + d * 0.0002) AS entry_price,
    CASE reason WHEN 'STOP_LOSS' THEN -200 - c1 % 15 WHEN 'TARGET_1' THEN 300 + c1 % 20
      WHEN 'TARGET_2' THEN 600 + c1 % 20 WHEN 'TRAILING_STOP' THEN 50 ELSE c1 % 401 - 190 END AS gain_cents
  FROM placed
)
SELECT i, g, role, d, side, reference, entry_price, quantity::numeric AS quantity, reason, gain_cents, middle,
  CASE WHEN middle AND role = 1 THEN '${RARE_SYMBOL}' WHEN c2 % 10 < 3 THEN '${COMMON_SYMBOL}' ELSE 'S' || lpad((c3 % 40)::text, 2, '0') END AS symbol,
  CASE WHEN c3 % 5 = 0 THEN NULL WHEN d = -1 THEN 'UTAD' ELSE (ARRAY['SPRING', 'SOS', 'LPS'])[1 + c3 % 3] END AS pattern_type,
  CASE WHEN c4 % 3 = 0 THEN NULL ELSE 'campaign-' || (c1 % 25) END AS campaign_id,
  (ARRAY['scanner', 'bot-a', 'bot-b', NULL])[1 + c1 % 4] AS source,
  'history-' || i AS signal_id, c4 % 101 AS confidence,
  ${numberOf("g", "entry_place")} AS number, ${timeOf("g", "entry_place", stepMs)} AS entry_time,
  ${numberOf("g", "exit_place")} AS exit_number, ${timeOf("g", "exit_place", stepMs)} AS exit_time,
  ${numberOf("g", "3")} AS half_number, ${timeOf("g", "3", stepMs)} AS half_time
FROM priced`;
}

/** A row for each trade, by the rules of a closed lot. All products end within 8 decimals, but for R. */
const LOTS_MADE = `CREATE TEMPORARY TABLE history_lots AS
WITH exits AS (
  SELECT *, exit_number AS trade_number, exit_time AS trade_time, reason AS trade_reason, gain_cents AS cents,
    CASE role WHEN 0 THEN quantity / 2 ELSE quantity END AS lot FROM history_positions
  UNION ALL
  SELECT *, half_number, half_time, 'TARGET_1', 300, quantity / 2 FROM history_positions WHERE role = 0
), filled AS (
  SELECT *, reference + d * cents / 100.0 AS exit_reference,
    (reference + d * cents / 100.0) * (1 - d * 0.0002) AS exit_price FROM exits
), valued AS (
  SELECT *, exit_price * lot AS exit_value, lot * 0.005 AS exit_commission,
    abs(exit_price - exit_reference) * lot AS exit_slippage,
    entry_price * lot AS entry_value, lot * 0.005 AS entry_commission, abs(entry_price - reference) * lot AS entry_slippage
  FROM filled
)
SELECT *, d * (exit_value - entry_value) - exit_commission - entry_commission AS realized_pnl,
  round(d * (exit_price - entry_price) / abs(entry_price - (reference - d * 2)), 8) AS r FROM valued`;

const POSITIONS = `(account_id, number, session, signal_id, pattern_type, campaign_id, source, symbol, asset_class, side, status,
  leverage, unit_size, quantity, remaining_quantity, entry_time, entry_price, entry_reference_price, entry_price_source,
  entry_price_time, entry_commission, entry_slippage_cost, entry_model_version, entry_settings, entry_value,
  entry_value_left, entry_commission_left, entry_slippage_left, stop_loss, initial_stop_loss, stop_moved_by, target1,
  target1_reached, target2, trail_activation, trail_offset, trail_best_price, expires_at, last_price, last_price_time,
  realized_pnl, commission_paid, slippage_cost, trade_count, quantity_times_r, created_at, updated_at)
WITH sums AS (
  SELECT i, sum(realized_pnl) AS realized_pnl, sum(exit_commission) AS commission, sum(exit_slippage) AS slippage,
    count(*) AS trade_count, sum(lot * r) AS quantity_times_r FROM history_lots GROUP BY i
)
SELECT $account, p.number, 1, p.signal_id, p.pattern_type, p.campaign_id, p.source, p.symbol, 'STOCK', p.side, 'CLOSED',
  1, 1, p.quantity, 0, p.entry_time, p.entry_price, p.reference, 'QUOTE',
  p.entry_time, p.quantity * 0.005, abs(p.entry_price - p.reference) * p.quantity, 1, ${FILL_SETTINGS}, p.entry_price * p.quantity,
  0, 0, 0, CASE p.reason WHEN 'TRAILING_STOP' THEN p.reference + p.d * 0.5 ELSE p.reference - p.d * 2 END,
  p.reference - p.d * 2, CASE p.reason WHEN 'TRAILING_STOP' THEN 'TRAILING' END, p.reference + p.d * 3,
  p.role = 0 OR p.reason = 'TARGET_1', CASE p.role WHEN 0 THEN p.reference + p.d * 6 END,
  CASE p.reason WHEN 'TRAILING_STOP' THEN p.reference + p.d * 2 END, CASE p.reason WHEN 'TRAILING_STOP' THEN 1.5 END,
  CASE p.reason WHEN 'TRAILING_STOP' THEN p.reference + p.d * 2 END, CASE p.reason WHEN 'EXPIRED' THEN p.exit_time END,
  p.reference + p.d * p.gain_cents / 100.0, p.exit_time, s.realized_pnl, p.quantity * 0.005 + s.commission,
  abs(p.entry_price - p.reference) * p.quantity + s.slippage, s.trade_count, s.quantity_times_r, p.entry_time, p.exit_time
FROM history_positions p JOIN sums s USING (i) ORDER BY p.number`;

const TRADES = `(account_id, number, session, position_number, request_id, signal_id, pattern_type, campaign_id, source, symbol,
  side, quantity, entry_time, entry_price, initial_stop_loss, lowest_seen, highest_seen, exit_time, exit_price,
  exit_reference_price, exit_price_source, exit_price_time, exit_gapped, exit_commission, exit_slippage_cost,
  exit_model_version, exit_settings, exit_reason, realized_pnl, r_multiple_achieved, commission_total, slippage_total,
  created_at)
SELECT $account, trade_number, 1, number, NULL, signal_id, pattern_type, campaign_id, source, symbol,
  side, lot, entry_time, entry_price, reference - d * 2, least(entry_price, exit_reference) - 0.1,
  greatest(entry_price, exit_reference) + 0.1, trade_time, exit_price,
  exit_reference, 'QUOTE', trade_time,
  trade_reason IN ('STOP_LOSS', 'TARGET_1', 'TARGET_2') AND abs(cents) NOT IN (200, 300, 600), exit_commission, exit_slippage,
  1, ${FILL_SETTINGS}, trade_reason, realized_pnl, r, exit_commission + entry_commission, exit_slippage + entry_slippage,
  trade_time
FROM history_lots ORDER BY trade_number`;

const SIGNAL_COLUMNS = `(account_id, signal_id, session, sequence, content_hash, symbol, asset_class, pattern_type, side,
  timeframe, entry_price, stop_loss, target1, target2, trail_activation, trail_offset, position_size, position_size_unit,
  leverage, confidence, campaign_id, expires_at, source, schema_version, status, rejections, position_number, received_at)`;

const FILLED_SIGNALS = `${SIGNAL_COLUMNS}
SELECT $account, signal_id, 1, number, md5(signal_id), symbol, 'STOCK', pattern_type, side,
  '1h', reference, reference - d * 2, reference + d * 3, CASE role WHEN 0 THEN reference + d * 6 END,
  CASE reason WHEN 'TRAILING_STOP' THEN reference + d * 2 END, CASE reason WHEN 'TRAILING_STOP' THEN 1.5 END, quantity,
  'SHARES', 1, confidence, campaign_id, CASE reason WHEN 'EXPIRED' THEN exit_time END, source, 1, 'FILLED', '[]'::jsonb,
  number, entry_time
FROM history_positions ORDER BY number`;

function declinedSignals(account: string, groups: number, stepMs: number): string {
  const rejection = `'[{"code":"PRICE_STALE","message":"The price is too old.","limit":null,"actual":null,"excess":null}]'::jsonb`;
  return `${SIGNAL_COLUMNS}
SELECT ${account}, 'declined-' || g, 1, ${numberOf("g", "2")}, md5('declined-' || g), '${COMMON_SYMBOL}', 'STOCK', 'SPRING', 'LONG',
  '1h', 100, 98, 103, NULL, NULL, NULL, 10, 'SHARES', 1, 50, NULL, NULL, 'scanner', 1, 'REJECTED', ${rejection},
  NULL, ${timeOf("g", "2", stepMs)}
FROM generate_series(0::bigint, ${groups - 1}) g ORDER BY g`;
}
