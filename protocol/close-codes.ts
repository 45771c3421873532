/** Why a socket was closed. 4xxx are ours; PROTOCOL.md says what a client does about each. */
export const CloseCode = {
  /** The server or the client is done. */
  normal: 1000,
  /** A binary frame: this protocol speaks text. */
  unsupportedData: 1003,
  /** A text frame that is not UTF-8. */
  invalidText: 1007,
  /** A frame larger than `FRAME_MAX_BYTES`. */
  tooLarge: 1009,
  /** A fault of the server's. */
  internal: 1011,
  /** The server restarts: come back at once, elsewhere if there is an elsewhere. */
  restart: 1012,
  /** The reader was too slow for what was sent to it: come back and catch up. */
  tooSlow: 4008,
  /** Too many malformed frames. */
  malformed: 4400,
  /** The session or token is no longer good: sign in again. */
  sessionEnded: 4401,
  /** No valid frame within the time for the first one. */
  firstFrameTimeout: 4408,
  /** More sockets than one user may hold, or far too many frames. */
  tooMany: 4429,
} as const;

export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];
