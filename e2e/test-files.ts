import { expect, type Locator, type Page } from "@playwright/test";
import sharp from "sharp";

export type TestFile = { name: string; mimeType: string; buffer: Buffer };

/** A photograph of nothing: colours that run into each other. */
export async function picture(name: string, width = 900, height = 600, hue = 150): Promise<TestFile> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="hsl(${hue} 45% 30%)"/><stop offset="1" stop-color="hsl(${hue + 60} 60% 75%)"/>
    </linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <circle cx="70%" cy="35%" r="12%" fill="hsl(45 90% 75%)"/></svg>`;
  return { name, mimeType: "image/jpeg", buffer: await sharp(Buffer.from(svg)).jpeg().toBuffer() };
}

export async function movingPicture(name: string): Promise<TestFile> {
  const frames = ["crimson", "gold", "seagreen"].map((background) =>
    sharp({ create: { width: 240, height: 160, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  const joined = sharp(await Promise.all(frames), { join: { animated: true } });
  return { name, mimeType: "image/gif", buffer: await joined.gif({ delay: [200, 200, 200] }).toBuffer() };
}

/** A second of film, made by the browser itself. */
export async function video(page: Page, name: string, mimeType = "video/webm"): Promise<TestFile> {
  const base64 = await page.evaluate(async (mimeType) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
    const pen = canvas.getContext("2d");
    let hue = 0;
    const timer = setInterval(() => {
      if (!pen) return;
      hue += 9;
      pen.fillStyle = `hsl(${hue} 60% 50%)`;
      pen.fillRect(0, 0, 320, 180);
    }, 40);
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType });
    const chunks: Blob[] = [];
    recorder.ondataavailable = ({ data }) => void chunks.push(data);
    const stopped = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.start();
    setTimeout(() => recorder.stop(), 1_200);
    await stopped;
    clearInterval(timer);
    const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
    return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  }, mimeType);
  return { name, mimeType, buffer: Buffer.from(base64, "base64") };
}

/** As a phone would have made it: it says where it was taken. */
export function takenAt(place: string, { buffer, ...film }: TestFile): TestFile {
  const box = (type: string, content: Buffer) => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(8 + content.length);
    header.write(type, 4, "latin1");
    return Buffer.concat([header, content]);
  };
  const written = box("udta", box("\u00a9xyz", Buffer.from(place)));
  const moov = buffer.indexOf("moov") - 4;
  const end = moov + buffer.readUInt32BE(moov);
  const longer = Buffer.from(buffer.subarray(0, end));
  longer.writeUInt32BE(end - moov + written.length, moov);
  return { ...film, buffer: Buffer.concat([longer, written, buffer.subarray(end)]) };
}

export function text(name: string, content: string): TestFile {
  return { name, mimeType: "text/plain", buffer: Buffer.from(content) };
}

/** So many seconds of a hum. */
export function sound(name: string, seconds: number): TestFile {
  const rate = 8_000;
  const samples = Buffer.from(Uint8Array.from({ length: rate * seconds }, (_, at) => 128 + 40 * Math.sin(at / 6)));
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  return { name, mimeType: "audio/wav", buffer: Buffer.concat([header, samples]) };
}

/** A document of one page that says `words`. */
export function pdf(name: string, words: string): TestFile {
  const drawn = `BT /F1 36 Tf 60 700 Td (${words}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let whole = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const place = whole.length;
    whole += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join("")}`;
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${whole.length}\n%%EOF\n`;
  return { name, mimeType: "application/pdf", buffer: Buffer.from(whole + table + end) };
}

/** So many bytes that mean nothing. */
export function bulk(name: string, bytes: number): TestFile {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.alloc(bytes, 7) };
}

/** Chooses files by the composer's button. */
export async function pick(page: Page, ...files: TestFile[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Attach files" }).click();
  await (await chooser).setFiles(files);
}

export async function paste(page: Page, ...files: TestFile[]): Promise<void> {
  await transfer(page, "paste", files);
}

export async function dragOver(page: Page, ...files: TestFile[]): Promise<void> {
  await transfer(page, "dragenter", files);
}

export async function drop(page: Page, ...files: TestFile[]): Promise<void> {
  await transfer(page, "drop", files);
}

/** The whole composer: the text, what is attached, and what it says of them. */
export function composerForm(page: Page): Locator {
  return page.getByRole("form", { name: "Write a message" });
}

/** What waits in the composer. */
export function attachments(page: Page): Locator {
  return page.getByRole("list", { name: "Attached files" }).getByRole("listitem");
}

export function attachment(page: Page, name: string): Locator {
  return attachments(page).filter({ hasText: name });
}

/** Until every attached file is there. */
export async function expectUploaded(page: Page, count: number): Promise<void> {
  await expect(attachments(page)).toHaveCount(count);
  await expect(page.getByRole("button", { name: /^Remove / })).toHaveCount(count);
}

export async function send(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(attachments(page)).toHaveCount(0);
}

/** Playwright has no clipboard and no desktop to drag from: the events are those that a browser makes of them. */
async function transfer(page: Page, kind: "paste" | "dragenter" | "drop", files: TestFile[]): Promise<void> {
  const given = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString("base64") }));
  await page.evaluate(
    ({ kind, given }) => {
      const data = new DataTransfer();
      for (const { name, mimeType, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        data.items.add(new File([bytes], name, { type: mimeType }));
      }
      const common = { bubbles: true, cancelable: true };
      const event =
        kind === "paste"
          ? new ClipboardEvent(kind, { ...common, clipboardData: data })
          : new DragEvent(kind, { ...common, dataTransfer: data });
      (document.activeElement ?? document.body).dispatchEvent(event);
    },
    { kind, given },
  );
}
