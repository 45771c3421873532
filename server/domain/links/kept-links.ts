import { v7 as newLinkId } from "uuid";
import type { Message } from "@/protocol/frames";
import { shared } from "@/server/shared";

/**
 * Keeps a message's links for who looks for them in the room. A deletion that is under way is waited for.
 * @returns false when the message is deleted.
 */
export async function keepLinks({ id, roomId, seq }: Message, urls: readonly string[]): Promise<boolean> {
  const { rowCount } = await shared().pool.query({
    name: "keep-links",
    text: `
      INSERT INTO "Link" (id, "roomId", "messageId", seq, url)
      SELECT given.id, $1, message.id, $3, given.url
      FROM (SELECT id FROM "Message" WHERE id = $2 AND "deletedAt" IS NULL FOR SHARE) message,
        unnest($4::uuid[], $5::text[]) AS given(id, url)`,
    values: [roomId, id, seq, urls.map(() => newLinkId()), urls],
  });
  return rowCount === urls.length;
}

/** Of a message that is deleted: nobody is shown them any more, and none is kept after this. */
export async function forgetLinks({ id }: Message): Promise<void> {
  await shared().prisma.link.deleteMany({ where: { messageId: id } });
}
