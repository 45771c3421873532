const addresses = new WeakMap<Blob, string>();
const byFile = new Map<string, string>();

/** An address of bytes that this page holds, for showing them; the same for the same bytes. */
export function localAddress(blob: Blob): string {
  const found = addresses.get(blob);
  if (found) return found;
  const address = URL.createObjectURL(blob);
  addresses.set(blob, address);
  return address;
}

/** Notes what a file that was sent from this page looks like, so that nothing flickers when the server's own comes. */
export function rememberLocal(fileId: string, blob: Blob): void {
  byFile.set(fileId, localAddress(blob));
}

export function findLocal(fileId: string): string | undefined {
  return byFile.get(fileId);
}
