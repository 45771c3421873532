import { resolve } from "node:path";
import { expect, it } from "vitest";
import { parsePlaceAddress } from "./place-address";

it("a place for backups is a folder or a part of a bucket", () => {
  expect(parsePlaceAddress("backups")).toEqual({ name: resolve("backups"), dir: resolve("backups") });
  expect(parsePlaceAddress("s3://my-backups")).toEqual({ name: "s3://my-backups", bucket: "my-backups", prefix: "" });
  const nested = { name: "s3://my-backups/adda/one", bucket: "my-backups", prefix: "adda/one/" };
  expect(parsePlaceAddress("s3://my-backups/adda/one")).toEqual(nested);
  expect(parsePlaceAddress("s3://my-backups/adda/one/")).toEqual(nested);
  for (const given of ["s3://", "s3://A", "s3://bucket//x", "https://x.example/b", "s3://key:secret@bucket/x"]) {
    expect(parsePlaceAddress(given), given).toBeNull();
  }
});
