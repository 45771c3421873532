import sharp from "sharp";
import { gif, png } from "@/test/support/hostile";

type Image = { name: string; bytes: Buffer };

/** Small files that cost much to decode; made once, before anything is measured. */
export class HostileImages {
  readonly all: readonly Image[];
  /** Under the megabyte that a page's picture may have. */
  readonly linked: Buffer;

  private constructor(all: Image[], linked: Buffer) {
    this.all = all;
    this.linked = linked;
  }

  static async make(): Promise<HostileImages> {
    const giant = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: "#8a7" } });
    const linked = await giant(5_000).jpeg({ progressive: true, quality: 1 }).toBuffer();
    const all = [
      { name: "progressive.jpg", bytes: await giant(7_000).jpeg({ progressive: true, quality: 40 }).toBuffer() },
      { name: "interlaced.png", bytes: await giant(6_000).png({ progressive: true }).toBuffer() },
      { name: "bomb.png", bytes: png(30_000, 30_000) },
      { name: "claims.png", bytes: png(60_000, 60_000, { withData: false }) },
      { name: "frames.gif", bytes: gif(2_000, 2_000, 400) },
    ];
    return new HostileImages(all, linked);
  }
}
