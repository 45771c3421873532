import { describe, expect, it } from "vitest";
import { PLACE, recording } from "@/test/support/recordings";
import { edited } from "./edits";
import { memorySource } from "./source";
import { planFor } from "./strip-metadata";

const SIZE = 2_000_000;
const MATROSKA = Buffer.from("1a45dfa38018538067ff", "hex");

function strip(...parts: Buffer[]) {
  const before = Buffer.concat(parts);
  const { edits, isComplete } = planFor(memorySource(before));
  return { before, after: edited(before, edits), isComplete };
}

describe("a file of nothing but headers comes to an end:", () => {
  it.each<[string, Buffer]>([
    ["Matroska with empty tags", Buffer.concat([MATROSKA, Buffer.alloc(SIZE, Buffer.from("1254c36780", "hex"))])],
    [
      "a cluster of empty blocks",
      Buffer.concat([MATROSKA, Buffer.from("1f43b675ff", "hex"), Buffer.alloc(SIZE, "\xa3\x80", "latin1")]),
    ],
    [
      "Ogg pages that begin streams",
      Buffer.alloc(SIZE, Buffer.concat([Buffer.from("OggS\0\x02", "latin1"), Buffer.alloc(21)])),
    ],
    ["empty waves", Buffer.concat([Buffer.from("RIFF\0\0\0\0WAVE"), Buffer.alloc(SIZE, "LIST\0\0\0\0")])],
    ["FLAC blocks", Buffer.concat([Buffer.from("fLaC"), Buffer.alloc(SIZE, Buffer.from([4, 0, 0, 0]))])],
    ["ID3 tags", Buffer.alloc(SIZE, Buffer.concat([Buffer.from("ID3\x04"), Buffer.alloc(6)]))],
  ])("%s", (_, bytes) => {
    expect(strip(bytes).after.length).toBe(bytes.length);
  });
});

it.each(["clip.webm", "sound.ogg", "sound.opus", "sound.wav", "attached.mkv"])(
  "%s with something else behind it loses its own metadata and may keep some",
  (name) => {
    const { after, isComplete } = strip(recording(name), Buffer.from(`\0${"\0other\0".repeat(9)}`, "latin1"));
    expect(after.includes(PLACE)).toBe(false);
    expect(isComplete).toBe(false);
  },
);

it("a recording that was cut off within its sound loses its place all the same", () => {
  const whole = recording("sound.opus");
  const { after, isComplete } = strip(whole.subarray(0, whole.length - 100));
  expect({ says: after.includes(PLACE), isComplete }).toEqual({ says: false, isComplete: true });
});

it("one that was cut off within its comments may keep them", () => {
  const whole = recording("sound.opus");
  const cut = whole.subarray(0, whole.indexOf(PLACE) + PLACE.length);
  const { after, isComplete } = strip(cut);
  expect(after.equals(cut)).toBe(true);
  expect(isComplete).toBe(false);
});

it("a cluster of unknown size ends where tags begin", () => {
  const tags = Buffer.concat([Buffer.from("1254c367", "hex"), Buffer.from([0x80 | PLACE.length]), Buffer.from(PLACE)]);
  const cluster = Buffer.from("1f43b675ffa3840102030442", "hex").subarray(0, 11);
  const { after, isComplete } = strip(MATROSKA, cluster, tags, cluster);
  expect({ says: after.includes(PLACE), isComplete }).toEqual({ says: false, isComplete: true });
  expect(after.indexOf(cluster, MATROSKA.length + 1)).toBe(MATROSKA.length + cluster.length + tags.length);
});
