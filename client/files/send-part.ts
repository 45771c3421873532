/** A part of which nothing moved for this long is taken for lost: a dead network says nothing for minutes. */
const STALL_MAX_MS = 30_000;

type SendPart = (
  url: string,
  headers: Record<string, string>,
  bytes: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<void>;

/**
 * Sends bytes to an address. A browser tells of the progress by XMLHttpRequest alone; elsewhere it is told at the end.
 * @throws Error when they did not arrive.
 */
export const sendPart: SendPart = (...part) =>
  typeof XMLHttpRequest === "function" ? sendByRequest(...part) : sendByFetch(...part);

const sendByRequest: SendPart = (url, headers, bytes, onSent, signal) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stall: ReturnType<typeof setTimeout>;
    const abort = () => request.abort();
    const expectProgress = () => {
      clearTimeout(stall);
      stall = setTimeout(abort, STALL_MAX_MS);
    };

    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => {
      expectProgress();
      onSent(loaded);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Error(`A part was answered with ${request.status}.`));
    };
    request.onerror = () => reject(new Error("A part did not arrive."));
    request.onabort = () => reject(signal.aborted ? signal.reason : new Error("A part did not move any more."));
    request.onloadend = () => {
      clearTimeout(stall);
      signal.removeEventListener("abort", abort);
    };
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", abort);
    expectProgress();
    request.send(bytes);
  });

const sendByFetch: SendPart = async (url, headers, bytes, onSent, signal) => {
  const response = await fetch(url, { method: "PUT", headers, body: bytes, credentials: "omit", signal });
  if (!response.ok) throw new Error(`A part was answered with ${response.status}.`);
  onSent(bytes.size);
};
