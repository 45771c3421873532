/** What a page says about itself. */
export type PageFound = { url: string; title: string; description: string; site: string; pictureUrl: string | null };

/**
 * Reads what lies behind links that anybody may write: it goes nowhere but to the open web, and never for long. Of one
 * `sender`'s it reads two at once: nobody's links keep those of all others waiting.
 */
export interface Links {
  /** @returns null when there is nothing to tell, whatever the reason. Never rejects. */
  readPage(url: string, sender: string): Promise<PageFound | null>;
  /** The bytes of a page's picture, as they came: hostile until they are decoded. Never rejects. */
  readPicture(url: string, sender: string): Promise<Buffer | null>;
}
