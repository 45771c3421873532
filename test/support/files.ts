import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { FileUpload, MessageFile } from "@/protocol/files";
import { config } from "@/server/config";
import { completeUpload } from "@/server/domain/files/completion";
import type { NewFile } from "@/server/domain/files/fields";
import { beginUpload } from "@/server/domain/files/uploads";
import type { Viewer } from "@/server/domain/viewer";
import { shared } from "@/server/shared";
import { openTransfer } from "@/server/transfer/transfer";
import { tokenOf } from "./rest";

export type GivenFile = Partial<NewFile> & { name: string; bytes: Uint8Array; poster?: string };

/** The addresses by which bytes come and go, on a real server over the domain of `useTestDomain`. Call it once. */
export function useTestFiles() {
  let origin: string;
  let folder: string;
  let stop: () => Promise<void>;
  const tokens = new Map<string, Promise<{ token: string }>>();

  beforeAll(async () => {
    const transfer = openTransfer(config());
    folder = join(config().dataDir, "files");
    const server = createServer((request, response) => {
      const path = (request.url ?? "").split("?", 1)[0] ?? "";
      if (!transfer.handle(request, response, path)) response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    stop = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await transfer.storage.close();
    };
  });

  afterAll(() => stop());

  async function authorize(viewer: Viewer): Promise<string> {
    const token = tokens.get(viewer.id) ?? tokenOf(viewer);
    tokens.set(viewer.id, token);
    return `Bearer ${(await token).token}`;
  }

  async function sendParts({ upload }: FileUpload, bytes: Uint8Array): Promise<void> {
    for (const { url, headers, offset, size } of upload?.parts ?? []) {
      const body = new Uint8Array(bytes.subarray(offset, offset + size));
      const answer = await fetch(new URL(url, origin), { method: "PUT", headers, body });
      if (!answer.ok) throw new Error(`A part was refused: ${answer.status} ${await answer.text()}`);
    }
  }

  return {
    origin: () => origin,
    sendParts,
    /** A whole upload, as a browser makes it. @throws Refused where the server refuses. */
    async upload(viewer: Viewer, roomId: string, { bytes, poster, ...given }: GivenFile): Promise<MessageFile> {
      const begun = await beginUpload(viewer, roomId, { alt: "", voice: false, size: bytes.length, ...given });
      await sendParts(begun, bytes);
      const { file } = await completeUpload(viewer, begun.id, { poster });
      if (!file) throw new Error("A file that is complete is there.");
      return file;
    },
    async get(viewer: Viewer | null, address: string, headers: Record<string, string> = {}): Promise<Response> {
      const authorization = viewer && (await authorize(viewer));
      return fetch(new URL(address, origin), { headers: { ...headers, ...(authorization && { authorization }) } });
    },
    /** Every object that the storage has. */
    async objects(): Promise<string[]> {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`);
    },
    rows: () => shared().prisma.file.count(),
  };
}
