import { expect, it } from "vitest";
import { Closing } from "./closing";

it("closes the latest first, and the rest also when one fails", async () => {
  const closing = new Closing();
  const closed: string[] = [];
  const errors: unknown[] = [];
  closing.add(async () => void closed.push("database"));
  closing.add(async () => {
    throw new Error("stuck");
  });
  closing.add(async () => void closed.push("sockets"));

  await closing.close((error) => errors.push(error));
  await closing.close((error) => errors.push(error));

  expect(closed).toEqual(["sockets", "database"]);
  expect(errors).toEqual([new Error("stuck")]);
});
