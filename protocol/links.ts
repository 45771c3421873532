/** What a page says of itself, that a message links to: read by the server, shown by whoever reads the message. */
export type LinkPreview = {
  url: string;
  title: string;
  /** Empty when the page gives none. */
  description: string;
  /** The site's name, or its host's. */
  site: string;
  /** Of the page, re-encoded here: nobody's browser asks the page's own server for it. */
  picture?: { width: number; height: number; placeholder: string; small: string; large?: string };
};

/** A link that somebody sent to a room. */
export type RoomLink = {
  id: string;
  url: string;
  /** The page's, once it was read; empty before, and when it could not be. */
  title: string;
  /** The message that it is in. */
  seq: number;
  sender: string;
  senderId: string;
  sentAt: string;
};
