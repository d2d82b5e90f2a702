-- CreateTable
CREATE TABLE "api_keys" (
    "key_id" UUID NOT NULL,
    "owner" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "accounts" TEXT,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("key_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_hash_key" ON "api_keys"("hash");

-- CreateIndex
CREATE INDEX "api_keys_owner_created_at_key_id_idx" ON "api_keys"("owner", "created_at", "key_id");

-- By hand from here on: Prisma knows no CHECK constraints.

ALTER TABLE "api_keys"
  ADD CONSTRAINT "api_keys_hash_check" CHECK (hash ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "api_keys_prefix_check" CHECK (length(prefix) <= 12);
