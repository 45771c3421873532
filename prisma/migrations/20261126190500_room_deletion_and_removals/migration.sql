-- Deleted rooms, people who were removed from a room, who added a member, and how often an invite was used.
ALTER TABLE "Room" ADD COLUMN     "deletedAt" TIMESTAMPTZ(3);

ALTER TABLE "Membership" ADD COLUMN     "addedById" UUID;

ALTER TABLE "Invite" ADD COLUMN     "maxUses" INTEGER,
ADD COLUMN     "uses" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "Removal" (
    "roomId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "removedById" UUID,
    "removedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Removal_pkey" PRIMARY KEY ("roomId","userId")
);

CREATE INDEX "Room_createdById_idx" ON "Room"("createdById");

CREATE INDEX "Room_deletedAt_idx" ON "Room"("deletedAt");

ALTER TABLE "Membership" ADD CONSTRAINT "Membership_addedById_fkey" FOREIGN KEY ("addedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "Removal" ADD CONSTRAINT "Removal_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Removal" ADD CONSTRAINT "Removal_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Removal" ADD CONSTRAINT "Removal_removedById_fkey" FOREIGN KEY ("removedById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;
