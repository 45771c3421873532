import { config } from "@/server/config";
import { Refused } from "@/server/domain/refused";

/** @throws Refused "malformed" for what is not JSON, "too_large" beyond the limit. */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new Refused("malformed", "Send JSON, with the header Content-Type: application/json.");
  }
  try {
    return JSON.parse(await readText(request));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw new Refused("malformed", "The body is not JSON.");
    throw error;
  }
}

/** Reads a body and stops at the limit, whatever length the client announced. */
export async function readText(request: Request, limit = config().restBodyMaxBytes): Promise<string> {
  if (Number(request.headers.get("content-length")) > limit) throw tooLarge(limit);

  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    // Whoever hung up in the middle is not there to be answered, and nothing of ours failed.
    throw error instanceof Refused ? error : new Refused("malformed", "The body ended before its end.");
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
}

function tooLarge(limit: number): Refused {
  return new Refused("too_large", `The body is larger than ${limit} bytes.`);
}
