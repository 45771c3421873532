-- What pages say that messages link to, and the pictures of people and rooms. Columns are added without touching a row.
CREATE TYPE "FilePurpose" AS ENUM ('message', 'link', 'person', 'room');

ALTER TABLE "User" ADD COLUMN     "pictureId" UUID;

ALTER TABLE "Room" ADD COLUMN     "pictureId" UUID;

ALTER TABLE "Message" ADD COLUMN     "links" JSONB;

ALTER TABLE "File" ADD COLUMN     "purpose" "FilePurpose" NOT NULL DEFAULT 'message',
ALTER COLUMN "roomId" DROP NOT NULL;

CREATE TABLE "Link" (
    "id" UUID NOT NULL,
    "roomId" UUID NOT NULL,
    "messageId" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "title" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Link_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "Link_roomId_id_idx" ON "Link"("roomId", "id");

CREATE INDEX "Link_messageId_idx" ON "Link"("messageId");

ALTER TABLE "Link" ADD CONSTRAINT "Link_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE CASCADE ON UPDATE CASCADE;
