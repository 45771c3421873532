import { freePort } from "../test/support/free-port";
import { startS3 } from "../test/support/s3";
import { expect, test } from "./fixtures";
import { meet } from "./rooms";
import { composer, message, messages, openRoom } from "./talk";
import { bulk, expectUploaded, pick, picture, send } from "./test-files";

const MEBIBYTE = 1024 * 1024;

test("files go from the browser straight to an S3 store, and are read through the server", async ({
  as,
  startServer,
  expectTroubles,
}) => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const s3 = await startS3(origin);
  try {
    const { bucket, endpoint = "", prefix, accessKeyId = "", secretAccessKey = "" } = s3.options;
    // The store is the one place besides the server that a page asks.
    expectTroubles(new RegExp(`^A request left for ${endpoint}/${bucket}/`));
    const server = await startServer({
      PORT: String(port),
      PUBLIC_URL: origin,
      S3_BUCKET: bucket,
      S3_ENDPOINT: endpoint,
      S3_ACCESS_KEY_ID: accessKeyId,
      S3_SECRET_ACCESS_KEY: secretAccessKey,
      S3_PREFIX: prefix ?? "",
    });
    expect(server.url).toBe(origin);
    const grace = await as("Grace", { server });
    const linus = await as("Linus", { server });
    const room = await meet("Darkroom", [grace, linus]);
    await Promise.all([openRoom(grace, room), openRoom(linus, room)]);
    const asked: string[] = [];
    for (const page of [grace, linus]) {
      page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).origin}`));
    }

    await pick(grace, await picture("sea.jpg"), bulk("large.bin", 11 * MEBIBYTE));
    await expectUploaded(grace, 2);
    await composer(grace).fill("By way of the store");
    await send(grace);
    const shown = message(linus, "By way of the store").getByRole("img", { name: "Picture sea.jpg" });
    await expect(shown).toHaveJSProperty("complete", true);
    await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    const saved = linus.waitForEvent("download");
    await messages(linus)
      .getByRole("link", { name: /large\.bin/ })
      .click();
    const stream = await (await saved).createReadStream();
    let bytes = 0;
    for await (const chunk of stream) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(11 * MEBIBYTE);

    // A part for the picture and three for the other, and nothing is read there.
    expect(asked.filter((request) => request === `PUT ${endpoint}`)).toHaveLength(4);
    expect(asked.filter((request) => request.endsWith(endpoint) && !request.startsWith("PUT"))).toEqual([]);
    expect(asked.filter((request) => request === `PUT ${origin}`)).toEqual([]);
  } finally {
    await s3.stop();
  }
});
