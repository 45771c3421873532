import { expect, it } from "vitest";
import { describeError } from "./log-error";

it("an error is logged without what its driver hung on it", () => {
  const error = Object.assign(new Error("Connection terminated unexpectedly"), {
    code: "57P01",
    client: { connectionParameters: { password: "secret" }, secretKey: 42 },
    query: "INSERT INTO x VALUES ('what somebody wrote')",
    config: { headers: { cookie: "secret" } },
  });
  const logged = describeError(error);
  expect(logged).toMatchObject({ type: "Error", code: "57P01", message: "Connection terminated unexpectedly" });
  expect(JSON.stringify(logged)).not.toMatch(/secret|INSERT|wrote|cookie/);
  expect(JSON.stringify(logged).length).toBeLessThan(3_000);
});

it("an error without a message has that of the first it gathers, and causes are told to a depth", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  expect(describeError(new AggregateError([refused]))).toMatchObject({ message: "connect ECONNREFUSED" });
  const loop = new Error("outer");
  loop.cause = loop;
  expect(JSON.stringify(describeError(loop)).length).toBeLessThan(10_000);
});

it("what is no error is logged as text", () => {
  expect(describeError("thrown text")).toEqual({ type: "string", message: "thrown text" });
  expect(describeError(undefined)).toBeUndefined();
});
