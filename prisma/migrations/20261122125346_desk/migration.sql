-- CreateTable
CREATE TABLE "accounts" (
    "account_id" UUID NOT NULL,
    "owner" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "session" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("account_id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "account_id" UUID NOT NULL,
    "session" INTEGER NOT NULL,
    "start_sequence" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "starting_capital" DECIMAL(38,8) NOT NULL,
    "commission_per_share" DECIMAL(38,8) NOT NULL,
    "slippage_percentage" DECIMAL(38,8) NOT NULL,
    "use_realistic_fills" BOOLEAN NOT NULL,
    "max_trade_risk" DECIMAL(38,8) NOT NULL,
    "max_portfolio_heat" DECIMAL(38,8) NOT NULL,
    "max_campaign_risk" DECIMAL(38,8) NOT NULL,
    "target1_fraction" DECIMAL(38,8) NOT NULL,
    "breakeven_after_target1" BOOLEAN NOT NULL,
    "max_price_age" INTEGER NOT NULL,
    "cash" DECIMAL(38,8) NOT NULL,
    "peak_equity" DECIMAL(38,8) NOT NULL,
    "max_drawdown" DECIMAL(38,8) NOT NULL,
    "total_realized_pnl" DECIMAL(38,8) NOT NULL,
    "total_commission_paid" DECIMAL(38,8) NOT NULL,
    "total_slippage_cost" DECIMAL(38,8) NOT NULL,
    "total_trades" INTEGER NOT NULL,
    "winning_trades" INTEGER NOT NULL,
    "gross_wins" DECIMAL(38,8) NOT NULL,
    "gross_losses" DECIMAL(38,8) NOT NULL,
    "largest_win" DECIMAL(38,8),
    "largest_loss" DECIMAL(38,8),
    "sum_of_r" DECIMAL(38,8) NOT NULL,
    "closed_positions" INTEGER NOT NULL,
    "closed_wins" INTEGER NOT NULL,
    "closed_pnl" DECIMAL(38,8) NOT NULL,
    "closed_largest_pnl" DECIMAL(38,8),
    "closed_sum_of_r" DECIMAL(100,30) NOT NULL,
    "closed_sum_of_r_squared" DECIMAL(100,30) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("account_id","session")
);

-- CreateTable
CREATE TABLE "signals" (
    "account_id" UUID NOT NULL,
    "signal_id" TEXT NOT NULL,
    "session" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL,
    "content_hash" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "asset_class" TEXT NOT NULL,
    "pattern_type" TEXT,
    "side" TEXT NOT NULL,
    "phase" TEXT,
    "timeframe" TEXT,
    "entry_price" DECIMAL(38,8) NOT NULL,
    "stop_loss" DECIMAL(38,8) NOT NULL,
    "target1" DECIMAL(38,8) NOT NULL,
    "target2" DECIMAL(38,8),
    "trail_activation" DECIMAL(38,8),
    "trail_offset" DECIMAL(38,8),
    "position_size" DECIMAL(38,8),
    "position_size_unit" TEXT NOT NULL,
    "leverage" DECIMAL(38,8) NOT NULL,
    "confidence" INTEGER,
    "campaign_id" TEXT,
    "market_price" DECIMAL(38,8),
    "expires_at" TIMESTAMPTZ(3),
    "source" TEXT,
    "generated_at" TIMESTAMPTZ(3),
    "schema_version" INTEGER NOT NULL,
    "pattern_data" JSONB,
    "volume_analysis" JSONB,
    "status" TEXT NOT NULL,
    "rejections" JSONB NOT NULL,
    "skip_reason" TEXT,
    "position_number" INTEGER,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "signals_pkey" PRIMARY KEY ("account_id","signal_id")
);

-- CreateTable
CREATE TABLE "positions" (
    "account_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "session" INTEGER NOT NULL,
    "signal_id" TEXT NOT NULL,
    "campaign_id" TEXT,
    "symbol" TEXT NOT NULL,
    "asset_class" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "leverage" DECIMAL(38,8) NOT NULL,
    "unit_size" INTEGER NOT NULL,
    "quantity" DECIMAL(38,8) NOT NULL,
    "remaining_quantity" DECIMAL(38,8) NOT NULL,
    "entry_time" TIMESTAMPTZ(3) NOT NULL,
    "entry_price" DECIMAL(38,8) NOT NULL,
    "entry_reference_price" DECIMAL(38,8) NOT NULL,
    "entry_price_source" TEXT NOT NULL,
    "entry_price_time" TIMESTAMPTZ(3) NOT NULL,
    "entry_commission" DECIMAL(38,8) NOT NULL,
    "entry_slippage_cost" DECIMAL(38,8) NOT NULL,
    "entry_model_version" INTEGER NOT NULL,
    "entry_settings" JSONB NOT NULL,
    "entry_value" DECIMAL(38,8) NOT NULL,
    "entry_value_left" DECIMAL(38,8) NOT NULL,
    "entry_commission_left" DECIMAL(38,8) NOT NULL,
    "entry_slippage_left" DECIMAL(38,8) NOT NULL,
    "stop_loss" DECIMAL(38,8) NOT NULL,
    "initial_stop_loss" DECIMAL(38,8) NOT NULL,
    "stop_moved_by" TEXT,
    "target1" DECIMAL(38,8) NOT NULL,
    "target1_reached" BOOLEAN NOT NULL,
    "target2" DECIMAL(38,8),
    "trail_activation" DECIMAL(38,8),
    "trail_offset" DECIMAL(38,8),
    "trail_best_price" DECIMAL(38,8),
    "expires_at" TIMESTAMPTZ(3),
    "last_price" DECIMAL(38,8) NOT NULL,
    "last_price_time" TIMESTAMPTZ(3) NOT NULL,
    "realized_pnl" DECIMAL(38,8) NOT NULL,
    "commission_paid" DECIMAL(38,8) NOT NULL,
    "slippage_cost" DECIMAL(38,8) NOT NULL,
    "trade_count" INTEGER NOT NULL,
    "quantity_times_r" DECIMAL(65,16) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "positions_pkey" PRIMARY KEY ("account_id","number")
);

-- CreateTable
CREATE TABLE "trades" (
    "account_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "session" INTEGER NOT NULL,
    "position_number" INTEGER NOT NULL,
    "request_id" TEXT,
    "signal_id" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "quantity" DECIMAL(38,8) NOT NULL,
    "entry_time" TIMESTAMPTZ(3) NOT NULL,
    "entry_price" DECIMAL(38,8) NOT NULL,
    "exit_time" TIMESTAMPTZ(3) NOT NULL,
    "exit_price" DECIMAL(38,8) NOT NULL,
    "exit_reference_price" DECIMAL(38,8) NOT NULL,
    "exit_price_source" TEXT NOT NULL,
    "exit_price_time" TIMESTAMPTZ(3) NOT NULL,
    "exit_gapped" BOOLEAN NOT NULL,
    "exit_commission" DECIMAL(38,8) NOT NULL,
    "exit_slippage_cost" DECIMAL(38,8) NOT NULL,
    "exit_model_version" INTEGER NOT NULL,
    "exit_settings" JSONB NOT NULL,
    "exit_reason" TEXT NOT NULL,
    "realized_pnl" DECIMAL(38,8) NOT NULL,
    "r_multiple_achieved" DECIMAL(38,8) NOT NULL,
    "commission_total" DECIMAL(38,8) NOT NULL,
    "slippage_total" DECIMAL(38,8) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trades_pkey" PRIMARY KEY ("account_id","number")
);

-- CreateTable
CREATE TABLE "events" (
    "account_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "market_time" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("account_id","sequence")
);

-- CreateTable
CREATE TABLE "quotes" (
    "symbol" TEXT NOT NULL,
    "price" DECIMAL(38,8) NOT NULL,
    "bid" DECIMAL(38,8),
    "ask" DECIMAL(38,8),
    "volume" DECIMAL(38,8),
    "time" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "quotes_pkey" PRIMARY KEY ("symbol")
);

-- CreateIndex
CREATE INDEX "accounts_owner_created_at_account_id_idx" ON "accounts"("owner", "created_at", "account_id");

-- CreateIndex
CREATE INDEX "signals_account_id_session_sequence_idx" ON "signals"("account_id", "session", "sequence");

-- CreateIndex
CREATE INDEX "positions_account_id_session_status_number_idx" ON "positions"("account_id", "session", "status", "number");

-- CreateIndex
CREATE INDEX "positions_status_account_id_number_idx" ON "positions"("status", "account_id", "number");

-- CreateIndex
CREATE INDEX "trades_account_id_session_exit_time_number_idx" ON "trades"("account_id", "session", "exit_time", "number");

-- CreateIndex
CREATE UNIQUE INDEX "trades_account_id_position_number_request_id_key" ON "trades"("account_id", "position_number", "request_id");

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "signals" ADD CONSTRAINT "signals_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "signals" ADD CONSTRAINT "signals_account_id_position_number_fkey" FOREIGN KEY ("account_id", "position_number") REFERENCES "positions"("account_id", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "positions" ADD CONSTRAINT "positions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trades" ADD CONSTRAINT "trades_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trades" ADD CONSTRAINT "trades_account_id_position_number_fkey" FOREIGN KEY ("account_id", "position_number") REFERENCES "positions"("account_id", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "events" ADD CONSTRAINT "events_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("account_id") ON DELETE RESTRICT ON UPDATE CASCADE;
