/** Takes the previews of links off a message of one's own; the message comes again without them. @returns whether it did. */
export async function removeLinks(roomId: string, messageId: string): Promise<boolean> {
  const response = await fetch(`/api/rooms/${roomId}/messages/${messageId}/links`, { method: "DELETE" }).catch(
    () => null,
  );
  return response?.ok ?? false;
}
