-- AlterTable
ALTER TABLE "Token" ADD COLUMN     "expiresAt" TIMESTAMPTZ(3);
