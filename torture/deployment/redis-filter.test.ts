import fc from "fast-check";
import { expect, it } from "vitest";
import { RedisFilter } from "./redis-filter";

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const pushed = (topic: string, text: string, mark = "*") => `${mark}3\r\n${bulk("message")}${bulk(topic)}${bulk(text)}`;
const OTHERS = [
  "+OK\r\n",
  ":12\r\n",
  "-ERR no\r\n",
  "$-1\r\n",
  "*-1\r\n",
  "%1\r\n+a\r\n:1\r\n",
  pushed("red", "a\r\n*3\r\nb"),
  pushed("blue", "ünï", ">"),
];

it("leaves out the values that are to be dropped and passes on all others, however the bytes are cut", () => {
  const value = fc.constantFrom(...OTHERS, pushed("green", "drop me"), pushed("green", "me too", ">"));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 40 })), (values, cuts) => {
      const filter = new RedisFilter((text) => text.includes("green"));
      const bytes = Buffer.from(values.join(""));
      let passed = "";
      let start = 0;
      for (const length of [...cuts, bytes.length]) {
        passed += filter.take(bytes.subarray(start, start + length)).toString("latin1");
        start += length;
      }
      const kept = values.filter((text) => !text.includes("green")).join("");
      expect(Buffer.from(passed, "latin1").toString()).toBe(kept);
    }),
  );
});
