-- AlterTable
ALTER TABLE "accounts" ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'PAPER';

-- AlterTable
ALTER TABLE "positions" ADD COLUMN     "pattern_type" TEXT,
ADD COLUMN     "source" TEXT;

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "in_market_ms" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "in_market_since" TIMESTAMPTZ(3),
ADD COLUMN     "last_exit_at" TIMESTAMPTZ(3),
ADD COLUMN     "thinned_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "trades" ADD COLUMN     "campaign_id" TEXT,
ADD COLUMN     "highest_seen" DECIMAL(38,8),
ADD COLUMN     "initial_stop_loss" DECIMAL(38,8),
ADD COLUMN     "lowest_seen" DECIMAL(38,8),
ADD COLUMN     "pattern_type" TEXT,
ADD COLUMN     "source" TEXT;

-- CreateTable
CREATE TABLE "price_ranges" (
    "symbol" TEXT NOT NULL,
    "complete_from" TIMESTAMPTZ(3) NOT NULL,
    "lows" JSONB NOT NULL,
    "highs" JSONB NOT NULL,

    CONSTRAINT "price_ranges_pkey" PRIMARY KEY ("symbol")
);

-- CreateTable
CREATE TABLE "rollups" (
    "account_id" UUID NOT NULL,
    "session" INTEGER NOT NULL,
    "breakdown" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "total_trades" INTEGER NOT NULL,
    "winning_trades" INTEGER NOT NULL,
    "total_realized_pnl" DECIMAL(38,8) NOT NULL,
    "gross_wins" DECIMAL(38,8) NOT NULL,
    "gross_losses" DECIMAL(38,8) NOT NULL,
    "largest_win" DECIMAL(38,8),
    "largest_loss" DECIMAL(38,8),
    "sum_of_r" DECIMAL(38,8) NOT NULL,
    "commissions" DECIMAL(38,8) NOT NULL,
    "slippage" DECIMAL(38,8) NOT NULL,
    "traded_value" DECIMAL(48,8) NOT NULL,
    "holding_ms" DECIMAL(38,0) NOT NULL,
    "shortest_holding_ms" DECIMAL(38,0),
    "longest_holding_ms" DECIMAL(38,0),
    "holding_time_counts" JSONB NOT NULL,
    "longest_winning_streak" INTEGER NOT NULL,
    "longest_losing_streak" INTEGER NOT NULL,
    "first_run" INTEGER NOT NULL,
    "last_run" INTEGER NOT NULL,

    CONSTRAINT "rollups_pkey" PRIMARY KEY ("account_id","session","breakdown","key")
);

-- CreateTable
CREATE TABLE "equity_points" (
    "account_id" UUID NOT NULL,
    "session" INTEGER NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "equity" DECIMAL(38,8) NOT NULL,
    "cash" DECIMAL(38,8) NOT NULL,
    "drawdown" DECIMAL(38,8) NOT NULL,

    CONSTRAINT "equity_points_pkey" PRIMARY KEY ("account_id","session","time","id")
);

-- CreateTable
CREATE TABLE "equity_days" (
    "account_id" UUID NOT NULL,
    "session" INTEGER NOT NULL,
    "day" TEXT NOT NULL,
    "equity" DECIMAL(38,8) NOT NULL,

    CONSTRAINT "equity_days_pkey" PRIMARY KEY ("account_id","session","day")
);

-- CreateTable
CREATE TABLE "data_sets" (
    "data_set_id" UUID NOT NULL,
    "owner" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "bar_count" INTEGER NOT NULL,
    "fault_count" INTEGER NOT NULL,
    "interval_seconds" INTEGER NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "data_sets_pkey" PRIMARY KEY ("data_set_id")
);

-- CreateTable
CREATE TABLE "data_set_chunks" (
    "data_set_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "bar_count" INTEGER NOT NULL,
    "bars" TEXT NOT NULL,

    CONSTRAINT "data_set_chunks_pkey" PRIMARY KEY ("data_set_id","number")
);

-- CreateTable
CREATE TABLE "backtests" (
    "backtest_id" UUID NOT NULL,
    "owner" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "signals" TEXT,
    "figures" JSONB,
    "fill_model_version" INTEGER,
    "bars_total" INTEGER NOT NULL,
    "bars_done" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL,
    "runner" UUID,
    "heartbeat_at" TIMESTAMPTZ(3),
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "backtests_pkey" PRIMARY KEY ("backtest_id")
);

-- CreateIndex
CREATE INDEX "data_sets_owner_imported_at_data_set_id_idx" ON "data_sets"("owner", "imported_at", "data_set_id");

-- CreateIndex
CREATE UNIQUE INDEX "data_sets_owner_symbol_content_hash_key" ON "data_sets"("owner", "symbol", "content_hash");

-- CreateIndex
CREATE INDEX "backtests_owner_created_at_backtest_id_idx" ON "backtests"("owner", "created_at", "backtest_id");

-- CreateIndex
CREATE INDEX "backtests_status_created_at_idx" ON "backtests"("status", "created_at");

-- AddForeignKey
ALTER TABLE "data_set_chunks" ADD CONSTRAINT "data_set_chunks_data_set_id_fkey" FOREIGN KEY ("data_set_id") REFERENCES "data_sets"("data_set_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand from here on: Prisma knows no CHECK constraints and moves no data.

-- What a position and a trade now say of their signal, for those that exist.
UPDATE "positions" p SET "pattern_type" = s."pattern_type", "source" = s."source"
  FROM "signals" s WHERE s."account_id" = p."account_id" AND s."signal_id" = p."signal_id";
UPDATE "trades" t SET "pattern_type" = p."pattern_type", "source" = p."source", "campaign_id" = p."campaign_id",
    "initial_stop_loss" = p."initial_stop_loss"
  FROM "positions" p WHERE p."account_id" = t."account_id" AND p."number" = t."position_number";

ALTER TABLE "accounts" ADD CONSTRAINT "accounts_kind_check" CHECK (kind IN ('PAPER', 'BACKTEST'));

ALTER TABLE "sessions" ADD CONSTRAINT "sessions_in_market_ms_check" CHECK (in_market_ms >= 0);

ALTER TABLE "trades"
  ADD CONSTRAINT "trades_seen_check" CHECK (
    (lowest_seen IS NULL AND highest_seen IS NULL)
    OR (lowest_seen > 0 AND lowest_seen <= entry_price AND highest_seen >= entry_price)
  );

ALTER TABLE "rollups"
  ADD CONSTRAINT "rollups_trades_check" CHECK (total_trades >= 1 AND winning_trades BETWEEN 0 AND total_trades),
  ADD CONSTRAINT "rollups_gross_check" CHECK (gross_wins >= 0 AND gross_losses <= 0 AND total_realized_pnl = gross_wins + gross_losses);

ALTER TABLE "data_sets"
  ADD CONSTRAINT "data_sets_symbol_check" CHECK (symbol ~ '^[A-Z0-9./-]{1,20}$'),
  ADD CONSTRAINT "data_sets_bar_count_check" CHECK (bar_count >= 1 AND fault_count >= 0),
  ADD CONSTRAINT "data_sets_range_check" CHECK (starts_at < ends_at);

ALTER TABLE "backtests"
  ADD CONSTRAINT "backtests_kind_check" CHECK (kind IN ('RUN', 'RECORDED')),
  ADD CONSTRAINT "backtests_status_check" CHECK (status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
  ADD CONSTRAINT "backtests_bars_check" CHECK (bars_done BETWEEN 0 AND bars_total);
