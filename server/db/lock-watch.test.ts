import { expect, it } from "vitest";
import { shorten } from "./lock-watch";

it("shows the beginning of a statement, and none of its values", () => {
  expect(shorten(`SELECT *\n  FROM "Message"   WHERE text = 'it''s a secret' AND id = $1`)).toBe(
    'SELECT * FROM "Message" WHERE text = … AND id = $1',
  );
  expect(shorten(`ALTER ROLE adda PASSWORD E'a\\'secret' VALID UNTIL 'tomorrow'`)).toBe(
    "ALTER ROLE adda PASSWORD E… VALID UNTIL …",
  );
  expect(shorten("DO $do$ a secret $do$ LANGUAGE plpgsql")).toBe("DO … LANGUAGE plpgsql");
  expect(shorten("SELECT 'cut off in the middle of a secr")).toBe("SELECT …");
  expect(shorten(`SELECT ${"a, ".repeat(100)}`)).toHaveLength(81);
});
