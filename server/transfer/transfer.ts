import { createHmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Config } from "@/server/config";
import { type DirectoryStorage, directoryStorage } from "@/server/storage/directory";
import { s3Storage } from "@/server/storage/s3";
import type { Storage } from "@/server/storage/storage";
import { PARTS_PATH, receivePart } from "./parts";
import { FILES_PATH, PORTRAITS_PATH, serveFile } from "./serve";

/** Where files are kept, and the addresses by which their bytes come and go. */
export type Transfer = {
  storage: Storage;
  /** @returns false when the address is none of a file's. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): boolean;
};

/** A bucket where one is named, else a folder under `DATA_DIR`. */
export function openTransfer({
  s3,
  dataDir,
  authSecret,
  previousAuthSecrets,
  diskReserveBytes: reserveBytes,
}: Pick<Config, "s3" | "dataDir" | "authSecret" | "previousAuthSecrets" | "diskReserveBytes">): Transfer {
  if (s3) {
    const storage = s3Storage(s3);
    return { storage, handle: (request, response, path) => isFile(path) && serve(request, response, storage) };
  }
  const derive = (from: string) => createHmac("sha256", from).update("addresses of parts").digest("hex");
  const secret = derive(authSecret);
  const previousSecrets = previousAuthSecrets.map(derive);
  const storage: DirectoryStorage = directoryStorage({
    dir: join(dataDir, "files"),
    secret,
    uploadPath: PARTS_PATH,
  });
  return {
    storage,
    handle(request, response, path) {
      if (isFile(path)) return serve(request, response, storage);
      if (!path.startsWith(`${PARTS_PATH}/`)) return false;
      void receivePart(request, response, { storage, secrets: [secret, ...previousSecrets], reserveBytes });
      return true;
    },
  };
}

function isFile(path: string): boolean {
  return path.startsWith(`${FILES_PATH}/`) || path.startsWith(`${PORTRAITS_PATH}/`);
}

function serve(request: IncomingMessage, response: ServerResponse, storage: Storage): true {
  void serveFile(request, response, storage);
  return true;
}
