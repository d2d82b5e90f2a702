-- AlterTable
ALTER TABLE "accounts" ADD COLUMN     "promoted_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "deliveries" (
    "account_id" UUID NOT NULL,
    "signal_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "failure" TEXT,
    "problem" TEXT,
    "attempts" INTEGER NOT NULL,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "deliveries_pkey" PRIMARY KEY ("account_id","signal_id")
);

-- CreateIndex
CREATE INDEX "deliveries_state_account_id_sequence_idx" ON "deliveries"("state", "account_id", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "deliveries_account_id_sequence_key" ON "deliveries"("account_id", "sequence");

-- AddForeignKey
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_account_id_signal_id_fkey" FOREIGN KEY ("account_id", "signal_id") REFERENCES "signals"("account_id", "signal_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand from here on: Prisma knows no CHECK constraints.

ALTER TABLE "accounts" ADD CONSTRAINT "accounts_promoted_check" CHECK (promoted_at IS NULL OR kind = 'PAPER');

ALTER TABLE "deliveries"
  ADD CONSTRAINT "deliveries_sequence_check" CHECK (sequence >= 1),
  ADD CONSTRAINT "deliveries_state_check" CHECK (state IN ('PENDING', 'DELIVERED', 'FAILED')),
  ADD CONSTRAINT "deliveries_failure_check" CHECK (
    (state = 'FAILED') = (failure IS NOT NULL)
    AND (failure IS NULL OR failure IN ('REFUSED', 'DEMOTED', 'SIGNAL_EXPIRED', 'TOO_OLD'))
  ),
  ADD CONSTRAINT "deliveries_attempts_check" CHECK (attempts >= 0),
  ADD CONSTRAINT "deliveries_ended_check" CHECK ((state = 'PENDING') = (ended_at IS NULL));
