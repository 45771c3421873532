import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FORM_MAX_BYTES } from "@/protocol/limits";
import { listBuilds } from "@/server/builds";
import { filesIn, oddBody, oddFields, oddHeaders, oddQuery, oddSegment, oddText } from "../support/odd";
import { signUpPerson, type TestPerson } from "../support/person";
import { startTestServer, type TestServer } from "../support/server";
import { signIn } from "../support/sign-in";

/** To see a failure again: FUZZ_SEED=… with the seed that its name says. */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
/** FUZZ_TIMES=10: ten times as many calls. */
const TIMES = Number(process.env.FUZZ_TIMES ?? 1);
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];
const CALLS_PER_METHOD = 4 * TIMES;
const CALLS_PER_PAGE = 12 * TIMES;
const CALLS_PER_ACTION = 20 * TIMES;
const TIMEOUT_MS = 60_000 * TIMES;
const AT_ONCE = 6;
const AMPLE = "1000000";

type Who = "session" | "token" | "nobody";
type Call = { who: Who; method: string; path: string; headers: Record<string, string>; body?: string | FormData };
type Action = { id: string; name: string; path: string };

const who = fc.constantFrom<Who>("session", "token", "nobody");
let server: TestServer;
let ada: TestPerson;
let cookie: string;

beforeAll(async () => {
  server = await startTestServer({
    LINK_PREVIEWS: "false",
    CHAT_BURST_PER_USER: AMPLE,
    PAGE_BURST_PER_USER: AMPLE,
    SIGN_IN_ATTEMPTS_PER_ACCOUNT: AMPLE,
    ROOMS_PER_USER: AMPLE,
    TOKENS_PER_USER: AMPLE,
    INVITES_PER_USER: AMPLE,
  });
  ada = await signUpPerson(server.url, "Ada");
  cookie = await signIn(server.url, ada);
});

afterAll(() => server?.stop());

describe(`what nobody would send to a server (seed ${SEED})`, () => {
  it(
    "gets no 5xx from any method of any REST route",
    async () => {
      const files = filesIn("app/api", /\/route\.ts$/);
      expect(files.length).toBeGreaterThan(30);
      const routes = files.map((file) => file.replace(/^app/, "").replace(/\/route\.ts$/, ""));
      const calls = routes.flatMap((route) =>
        METHODS.flatMap((method) => fc.sample(request(method, route), { seed: SEED, numRuns: CALLS_PER_METHOD })),
      );
      await expectNoFault(calls);
    },
    TIMEOUT_MS,
  );

  it(
    "gets no 5xx from any page, and none from where files come and go",
    async () => {
      const pages = filesIn("app", /\/page\.tsx$/).map((file) => pathOfPage(file.replace(/\.tsx$/, "")));
      expect(pages.length).toBeGreaterThan(8);
      const others = ["/files/[id]", "/files/[id]/[name]", "/portraits/[id]", "/uploads/[token]", "/ws", "/[any]"];
      const calls = [...pages, ...others].flatMap((route) =>
        ["GET", "POST", "PUT", "DELETE"].flatMap((method) =>
          fc.sample(request(method, route), { seed: SEED, numRuns: Math.ceil(CALLS_PER_PAGE / 4) }),
        ),
      );
      await expectNoFault(calls);
    },
    TIMEOUT_MS,
  );

  it(
    "gets no 5xx from any server action",
    async () => {
      const actions = readActions();
      expect(actions.length).toBeGreaterThan(15);
      for (const action of actions) {
        // Some end the session that calls them.
        cookie = await signIn(server.url, ada);
        await expectNoFault(fc.sample(callOf(action), { seed: SEED, numRuns: CALLS_PER_ACTION }));
      }
    },
    TIMEOUT_MS,
  );

  it("is answered by every action with a refusal that says so, for arguments of the wrong type", async () => {
    cookie = await signIn(server.url, ada);
    for (const { id, name, path } of readActions()) {
      for (const body of ["[{},{}]", "[[],[],[]]", '[1,"$undefined",null,2]']) {
        const answer = await send({ who: "session", method: "POST", path, headers: { "next-action": id }, body });
        expect([name, answer.status]).toEqual([name, 200]);
        expect(answer.text, name).toContain(
          '"ok":false,"error":{"code":"invalid","message":"This is not what the action',
        );
      }
    }
  }, 30_000);

  it("is refused with 413 where a form is larger than forms are", async () => {
    const large = new FormData();
    large.set("1_name", "x".repeat(FORM_MAX_BYTES));
    const [action] = readActions();
    if (!action) throw new Error("There are actions.");
    const { path } = action;
    const bodies = [large, "x".repeat(FORM_MAX_BYTES + 1)];
    for (const body of bodies) {
      const headers = { "next-action": action.id };
      const answer = await send({ who: "nobody", method: "POST", path, headers, body });
      expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([413, "too_large"]);
    }
    const fits = "x".repeat(FORM_MAX_BYTES);
    const answer = await send({
      who: "nobody",
      method: "POST",
      path,
      headers: { "next-action": action.id },
      body: fits,
    });
    expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([400, "malformed"]);
  });

  it("leaves the server as it was, and nothing in its log that calls for its operator", async () => {
    const health = await fetch(`${server.url}/api/health`);
    expect(health.status).toBe(200);
    expect(await ada.call("POST", "/api/rooms", { name: "Still here" })).toMatchObject({ slug: "still-here" });
    expect(faultsIn(server.output())).toEqual([]);
  });
});

function request(method: string, route: string): fc.Arbitrary<Call> {
  const segments = route.split("/").slice(1);
  const path = fc
    .tuple(...segments.map((folder) => (folder.startsWith("[") ? oddSegment : fc.constant(folder))))
    .map((parts) => `/${parts.join("/")}`);
  const fields = oddFields.map((given) => JSON.stringify(given));
  const body = fc.oneof({ weight: 5, arbitrary: fields }, oddText, oddBody, fc.constant("x".repeat(70_000)));
  return fc.record({ who, path, query: oddQuery, headers: oddHeaders, body }).map(({ body, path, query, ...call }) => ({
    ...call,
    method,
    path: `${path}${query}`,
    ...(!["GET", "HEAD"].includes(method) && { body }),
  }));
}

function callOf({ id, path }: Action): fc.Arbitrary<Call> {
  const headers = fc.tuple(oddHeaders, fc.boolean()).map(([odd, isPlain]) => ({
    ...(!isPlain && odd),
    "next-action": id,
    "content-type": undefined,
  }));
  return fc.record({ headers, body: oddBody }).map(({ headers, body }) => {
    const { "content-type": _, ...rest } = headers;
    return { who: "session", method: "POST", path, headers: rest, body };
  });
}

/** Every action of the build, with a page that has it. */
function readActions(): Action[] {
  const build = listBuilds(".").find((folder) => existsSync(join(folder, `served-by-${server.pid()}`)));
  const manifest = readFileSync(join(build ?? "no build is served", "server/server-reference-manifest.json"), "utf8");
  const { node }: { node: Record<string, { exportedName: string; workers: Record<string, unknown> }> } =
    JSON.parse(manifest);
  return Object.entries(node).map(([id, { exportedName, workers }]) => {
    const [page = ""] = Object.keys(workers);
    return { id, name: exportedName, path: pathOfPage(page).replace("[room]", "lobby").replace("[token]", "token") };
  });
}

/** "app/(auth)/sign-in/page" is /sign-in. */
function pathOfPage(page: string): string {
  const folders = page.split("/").slice(1, -1);
  return `/${folders.filter((folder) => !folder.startsWith("(")).join("/")}`;
}

async function expectNoFault(calls: Call[]): Promise<void> {
  const faults: unknown[] = [];
  const queue = [...calls];
  const run = async () => {
    for (let call = queue.shift(); call; call = queue.shift()) {
      const { status, text } = await send(call);
      if (status >= 500 || /\n\s+at .*[:(]/.test(text)) faults.push([status, call, text.slice(0, 200)]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  expect(faults.slice(0, 8)).toEqual([]);
  expect(faultsIn(server.output())).toEqual([]);
}

async function send({ who, method, path, headers, body }: Call): Promise<{ status: number; text: string }> {
  const credentials: Record<Who, Record<string, string>> = {
    session: { cookie, origin: server.url },
    token: { authorization: `Bearer ${ada.token}` },
    nobody: {},
  };
  const type: Record<string, string> =
    typeof body === "string" && !headers["next-action"] ? { "content-type": "application/json" } : {};
  try {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { ...type, ...credentials[who], ...headers },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(20_000),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    // Where files come and go, whoever sends a body that is not read is cut off in the middle of it.
    if (/^\/(?:uploads|files|portraits)\//.test(path) && !(cause instanceof DOMException))
      return { status: 0, text: "" };
    throw new Error(`No answer to ${method} ${path.slice(0, 200)} as ${who}, ${JSON.stringify(headers)}`, { cause });
  }
}

/** Lines of the log at "error" and "fatal". */
function faultsIn(output: string): string[] {
  return output
    .split("\n")
    .filter((line) => /"level":"(?:error|fatal)"/.test(line))
    .slice(0, 8);
}
