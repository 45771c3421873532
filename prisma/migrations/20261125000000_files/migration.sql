-- Files that messages carry. The column of the messages is added without touching a row of theirs.
CREATE TYPE "FileState" AS ENUM ('uploading', 'processing', 'ready');

CREATE TYPE "FileKind" AS ENUM ('image', 'video', 'audio', 'voice', 'pdf', 'text', 'other');

ALTER TABLE "Message" ADD COLUMN     "files" JSONB;

CREATE TABLE "File" (
    "id" UUID NOT NULL,
    "roomId" UUID NOT NULL,
    "uploaderId" UUID NOT NULL,
    "clientId" TEXT,
    "state" "FileState" NOT NULL DEFAULT 'uploading',
    "kind" "FileKind" NOT NULL DEFAULT 'other',
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL DEFAULT 'application/octet-stream',
    "size" BIGINT NOT NULL,
    "storedBytes" BIGINT NOT NULL,
    "uploadRef" TEXT,
    "variants" JSONB NOT NULL DEFAULT '{}',
    "details" JSONB NOT NULL DEFAULT '{}',
    "alt" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "touchedAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "File_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "File_roomId_id_idx" ON "File"("roomId", "id");

CREATE INDEX "File_uploaderId_clientId_idx" ON "File"("uploaderId", "clientId");

CREATE INDEX "File_deletedAt_idx" ON "File"("deletedAt");

CREATE INDEX "File_touchedAt_idx" ON "File"("touchedAt");

ALTER TABLE "File" ADD CONSTRAINT "File_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "File" ADD CONSTRAINT "File_uploaderId_fkey" FOREIGN KEY ("uploaderId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
