import { createHmac, timingSafeEqual } from "node:crypto";
import type { Part } from "./storage";

/** What the address of a part says: which bytes of which upload, and until when. */
export type PartTicket = Part & { ref: string; expiresAtMs: number };

const SHAPE = /^([\w-]+)\.(\d{1,4})\.(\d{1,15})\.(\d{1,15})\.(\d{1,15})\.([\w-]{43})$/;

/** The part's number, place, size and time are in the address and signed with it: none of them can be changed. */
export function sealTicket({ ref, number, offset, size, expiresAtMs }: PartTicket, secret: string): string {
  const text = [ref, number, offset, size, expiresAtMs].join(".");
  return `${text}.${sign(text, secret).toString("base64url")}`;
}

/** @returns null for what we did not seal, and for what has run out. */
export function openTicket(sealed: string, secret: string, now: number): PartTicket | null {
  const [, ref, number, offset, size, expiresAtMs, signature] = SHAPE.exec(sealed) ?? [];
  if (!ref || !signature) return null;
  const expected = sign(sealed.slice(0, -signature.length - 1), secret);
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  if (Number(expiresAtMs) <= now) return null;
  return { ref, number: Number(number), offset: Number(offset), size: Number(size), expiresAtMs: Number(expiresAtMs) };
}

function sign(text: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(`upload-part ${text}`).digest();
}
