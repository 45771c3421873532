import { expect, it } from "vitest";
import { ok } from "./answers";
import { routes } from "./routes";

const context = { params: Promise.resolve({}) };
const LATE_MS = 40;

const never = () => new Promise<never>(() => {});
const failLate = () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error("too late")), LATE_MS));
const answerAtOnce = async () => ok({});

it("a request that waits too long, for one thing after the other, is answered with what to do", async () => {
  const { GET } = routes({ GET: never }, { isCounted: false, deadlineMs: 20 });
  const answer = await GET(new Request("http://localhost/api/x"), context);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect((await answer.json()).error).toMatchObject({
    code: "overloaded",
    message: expect.stringContaining("with the same clientId"),
  });
});

it("what fails after its deadline ends nothing else", async () => {
  const failing = routes({ GET: failLate }, { isCounted: false, deadlineMs: 10 });
  expect((await failing.GET(new Request("http://localhost/api/x"), context)).status).toBe(503);
  const quick = routes({ GET: answerAtOnce }, { isCounted: false });
  expect((await quick.GET(new Request("http://localhost/api/x"), context)).status).toBe(200);
  // Long enough for the rejection, which would fail the test as an unhandled one.
  await new Promise((resolve) => setTimeout(resolve, 2 * LATE_MS));
});
