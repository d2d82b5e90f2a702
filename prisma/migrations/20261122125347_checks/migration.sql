-- A second net under the rules of the domain: what breaks one of these is a fault of the program, and is not stored.
-- Prisma knows no CHECK constraints, so they are kept here by hand and a diff does not see them.

ALTER TABLE "accounts"
  ADD CONSTRAINT "accounts_owner_check" CHECK (owner <> ''),
  ADD CONSTRAINT "accounts_name_check" CHECK (name ~ '^[a-z][a-z0-9-]{0,31}$'),
  ADD CONSTRAINT "accounts_status_check" CHECK (status IN ('ENABLED', 'DISABLED')),
  ADD CONSTRAINT "accounts_session_check" CHECK (session >= 1),
  ADD CONSTRAINT "accounts_sequence_check" CHECK (sequence >= 0),
  ADD CONSTRAINT "accounts_revision_check" CHECK (revision >= 0);

ALTER TABLE "sessions"
  ADD CONSTRAINT "sessions_session_check" CHECK (session >= 1),
  ADD CONSTRAINT "sessions_start_sequence_check" CHECK (start_sequence >= 0),
  ADD CONSTRAINT "sessions_starting_capital_check" CHECK (starting_capital BETWEEN 1000 AND 100000000),
  ADD CONSTRAINT "sessions_commission_per_share_check" CHECK (commission_per_share BETWEEN 0 AND 1),
  ADD CONSTRAINT "sessions_slippage_percentage_check" CHECK (slippage_percentage BETWEEN 0 AND 10),
  ADD CONSTRAINT "sessions_max_trade_risk_check" CHECK (max_trade_risk > 0 AND max_trade_risk <= 100),
  ADD CONSTRAINT "sessions_max_portfolio_heat_check" CHECK (max_portfolio_heat > 0 AND max_portfolio_heat <= 100),
  ADD CONSTRAINT "sessions_max_campaign_risk_check" CHECK (max_campaign_risk > 0 AND max_campaign_risk <= 100),
  ADD CONSTRAINT "sessions_target1_fraction_check" CHECK (target1_fraction > 0 AND target1_fraction <= 1),
  ADD CONSTRAINT "sessions_max_price_age_check" CHECK (max_price_age BETWEEN 1 AND 86400),
  ADD CONSTRAINT "sessions_peak_equity_check" CHECK (peak_equity >= starting_capital),
  ADD CONSTRAINT "sessions_max_drawdown_check" CHECK (max_drawdown >= 0),
  ADD CONSTRAINT "sessions_costs_check" CHECK (total_commission_paid >= 0 AND total_slippage_cost >= 0),
  ADD CONSTRAINT "sessions_trades_check" CHECK (winning_trades BETWEEN 0 AND total_trades),
  ADD CONSTRAINT "sessions_closed_check" CHECK (closed_wins BETWEEN 0 AND closed_positions AND closed_positions <= total_trades),
  ADD CONSTRAINT "sessions_gross_wins_check" CHECK (gross_wins >= 0),
  ADD CONSTRAINT "sessions_closed_sum_of_r_squared_check" CHECK (closed_sum_of_r_squared >= 0);

ALTER TABLE "signals"
  ADD CONSTRAINT "signals_signal_id_check" CHECK (signal_id ~ '^[A-Za-z0-9._:-]{1,64}$'),
  ADD CONSTRAINT "signals_session_check" CHECK (session >= 1),
  ADD CONSTRAINT "signals_sequence_check" CHECK (sequence >= 0),
  ADD CONSTRAINT "signals_content_hash_check" CHECK (content_hash <> ''),
  ADD CONSTRAINT "signals_symbol_check" CHECK (symbol ~ '^[A-Z0-9./-]{1,20}$'),
  ADD CONSTRAINT "signals_asset_class_check" CHECK (asset_class IN ('STOCK', 'FOREX', 'CRYPTO')),
  ADD CONSTRAINT "signals_pattern_type_check" CHECK (pattern_type IN ('SPRING', 'SOS', 'LPS', 'UTAD')),
  ADD CONSTRAINT "signals_side_check" CHECK (side IN ('LONG', 'SHORT')),
  ADD CONSTRAINT "signals_prices_check" CHECK (
    CASE side
      WHEN 'LONG' THEN 0 < stop_loss AND stop_loss < entry_price AND entry_price < target1
        AND (target2 IS NULL OR target1 < target2)
      ELSE stop_loss > entry_price AND entry_price > target1 AND target1 > 0
        AND (target2 IS NULL OR (target1 > target2 AND target2 > 0))
    END
  ),
  ADD CONSTRAINT "signals_trailing_stop_check" CHECK (
    (trail_activation IS NULL AND trail_offset IS NULL)
    OR (trail_activation IS NOT NULL AND trail_offset IS NOT NULL AND trail_activation > 0 AND trail_offset > 0)
  ),
  ADD CONSTRAINT "signals_position_size_check" CHECK (position_size > 0),
  ADD CONSTRAINT "signals_position_size_unit_check" CHECK (position_size_unit IN ('SHARES', 'LOTS', 'CONTRACTS')),
  ADD CONSTRAINT "signals_leverage_check" CHECK (leverage BETWEEN 1 AND 500),
  ADD CONSTRAINT "signals_confidence_check" CHECK (confidence BETWEEN 0 AND 100),
  ADD CONSTRAINT "signals_market_price_check" CHECK (market_price > 0),
  ADD CONSTRAINT "signals_schema_version_check" CHECK (schema_version >= 1),
  ADD CONSTRAINT "signals_status_check" CHECK (status IN ('FILLED', 'REJECTED', 'ROUTED_LIVE', 'SKIPPED')),
  ADD CONSTRAINT "signals_rejections_check" CHECK (
    CASE jsonb_typeof(rejections)
      WHEN 'array' THEN (status = 'REJECTED') = (jsonb_array_length(rejections) > 0)
      ELSE false
    END
  ),
  ADD CONSTRAINT "signals_skip_reason_check" CHECK (
    (status = 'SKIPPED') = (skip_reason IS NOT NULL)
    AND skip_reason IN ('ACCOUNT_DISABLED', 'NO_LIVE_ROUTE', 'NOT_ELIGIBLE', 'NOT_PROMOTED')
  ),
  ADD CONSTRAINT "signals_position_number_check" CHECK ((status = 'FILLED') = (position_number IS NOT NULL));

ALTER TABLE "positions"
  ADD CONSTRAINT "positions_number_check" CHECK (number >= 1),
  ADD CONSTRAINT "positions_session_check" CHECK (session >= 1),
  ADD CONSTRAINT "positions_symbol_check" CHECK (symbol ~ '^[A-Z0-9./-]{1,20}$'),
  ADD CONSTRAINT "positions_asset_class_check" CHECK (asset_class IN ('STOCK', 'FOREX', 'CRYPTO')),
  ADD CONSTRAINT "positions_side_check" CHECK (side IN ('LONG', 'SHORT')),
  ADD CONSTRAINT "positions_status_check" CHECK (status IN ('OPEN', 'CLOSED')),
  ADD CONSTRAINT "positions_leverage_check" CHECK (leverage BETWEEN 1 AND 500),
  ADD CONSTRAINT "positions_unit_size_check" CHECK (unit_size IN (1, 100000)),
  ADD CONSTRAINT "positions_quantity_check" CHECK (quantity > 0),
  ADD CONSTRAINT "positions_remaining_quantity_check" CHECK (remaining_quantity BETWEEN 0 AND quantity),
  ADD CONSTRAINT "positions_closed_check" CHECK ((status = 'CLOSED') = (remaining_quantity = 0)),
  ADD CONSTRAINT "positions_trade_count_check" CHECK (trade_count >= CASE WHEN remaining_quantity < quantity THEN 1 ELSE 0 END),
  ADD CONSTRAINT "positions_entry_price_check" CHECK (entry_price > 0 AND entry_reference_price > 0),
  ADD CONSTRAINT "positions_entry_price_source_check" CHECK (entry_price_source IN ('QUOTE', 'BAR')),
  ADD CONSTRAINT "positions_entry_costs_check" CHECK (entry_commission >= 0 AND entry_slippage_cost >= 0),
  ADD CONSTRAINT "positions_entry_model_version_check" CHECK (entry_model_version >= 1),
  ADD CONSTRAINT "positions_entry_value_check" CHECK (entry_value >= 0 AND entry_value_left <= entry_value),
  ADD CONSTRAINT "positions_stop_loss_check" CHECK (
    stop_loss > 0 AND initial_stop_loss > 0
    AND CASE side WHEN 'LONG' THEN stop_loss >= initial_stop_loss ELSE stop_loss <= initial_stop_loss END
  ),
  ADD CONSTRAINT "positions_stop_moved_by_check" CHECK (
    (stop_moved_by IS NULL AND stop_loss = initial_stop_loss)
    OR (stop_moved_by IS NOT NULL AND stop_moved_by IN ('BREAKEVEN', 'TRAILING'))
  ),
  ADD CONSTRAINT "positions_targets_check" CHECK (target1 > 0 AND (target2 IS NULL OR target2 > 0)),
  ADD CONSTRAINT "positions_trailing_stop_check" CHECK (
    (trail_activation IS NULL AND trail_offset IS NULL AND trail_best_price IS NULL)
    OR (trail_activation IS NOT NULL AND trail_offset IS NOT NULL AND trail_activation > 0 AND trail_offset > 0
      AND (trail_best_price IS NULL OR trail_best_price > 0))
  ),
  ADD CONSTRAINT "positions_last_price_check" CHECK (last_price > 0),
  ADD CONSTRAINT "positions_costs_check" CHECK (commission_paid >= 0 AND slippage_cost >= 0);

ALTER TABLE "trades"
  ADD CONSTRAINT "trades_number_check" CHECK (position_number >= 1 AND number > position_number),
  ADD CONSTRAINT "trades_session_check" CHECK (session >= 1),
  ADD CONSTRAINT "trades_side_check" CHECK (side IN ('LONG', 'SHORT')),
  ADD CONSTRAINT "trades_quantity_check" CHECK (quantity > 0),
  ADD CONSTRAINT "trades_prices_check" CHECK (entry_price > 0 AND exit_price > 0 AND exit_reference_price > 0),
  ADD CONSTRAINT "trades_exit_price_source_check" CHECK (exit_price_source IN ('QUOTE', 'BAR')),
  ADD CONSTRAINT "trades_exit_costs_check" CHECK (exit_commission >= 0 AND exit_slippage_cost >= 0),
  ADD CONSTRAINT "trades_exit_model_version_check" CHECK (exit_model_version >= 1),
  ADD CONSTRAINT "trades_exit_reason_check" CHECK (
    exit_reason IN ('STOP_LOSS', 'TRAILING_STOP', 'TARGET_1', 'TARGET_2', 'MANUAL', 'EXPIRED', 'RESET')
  );

ALTER TABLE "events"
  ADD CONSTRAINT "events_sequence_check" CHECK (sequence >= 1),
  ADD CONSTRAINT "events_type_check" CHECK (type <> ''),
  ADD CONSTRAINT "events_payload_check" CHECK (jsonb_typeof(payload) = 'object');

ALTER TABLE "quotes"
  ADD CONSTRAINT "quotes_symbol_check" CHECK (symbol ~ '^[A-Z0-9./-]{1,20}$'),
  ADD CONSTRAINT "quotes_price_check" CHECK (price > 0),
  ADD CONSTRAINT "quotes_bid_ask_check" CHECK ((bid IS NULL OR bid > 0) AND (ask IS NULL OR ask > 0)),
  ADD CONSTRAINT "quotes_volume_check" CHECK (volume >= 0),
  ADD CONSTRAINT "quotes_source_check" CHECK (source IN ('QUOTE', 'BAR'));
