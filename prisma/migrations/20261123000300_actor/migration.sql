-- AlterTable
ALTER TABLE "events" ADD COLUMN     "actor" TEXT;
