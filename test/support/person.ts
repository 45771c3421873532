import { randomBytes } from "node:crypto";

export const PASSWORD = "correct horse battery";

/** Somebody with an account, who asks as themselves. */
export type TestPerson = {
  id: string;
  name: string;
  email: string;
  password: string;
  token: string;
  /** REST as this person. @throws Error with the answer when it is no success. */
  call<Answer = unknown>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The same, for refusals: the answer as it came. */
  fetch(method: string, path: string, body?: unknown): Promise<Response>;
};

/** Signs somebody up by REST and gets them a token, the way that a bot's owner would. */
export async function signUpPerson(serverUrl: string, name: string): Promise<TestPerson> {
  const email = `${name.toLowerCase().replace(/\W+/g, ".")}.${randomBytes(4).toString("hex")}@example.org`;
  const credentials = { email, password: PASSWORD };
  const user = await expectOk<{ id: string }>(ask(serverUrl, "POST", "/api/users", { name, ...credentials }));
  const { token } = await expectOk<{ token: string }>(
    ask(serverUrl, "POST", "/api/tokens", { name: "tests", ...credentials }),
  );
  const fetchAs = (method: string, path: string, body?: unknown) => ask(serverUrl, method, path, body, token);

  return {
    id: user.id,
    name,
    ...credentials,
    token,
    fetch: fetchAs,
    call: <Answer>(method: string, path: string, body?: unknown) => expectOk<Answer>(fetchAs(method, path, body)),
  };
}

function ask(serverUrl: string, method: string, path: string, body?: unknown, token?: string): Promise<Response> {
  return fetch(`${serverUrl}${path}`, {
    method,
    headers: {
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

async function expectOk<Answer>(answer: Promise<Response>): Promise<Answer> {
  const response = await answer;
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} from ${response.url}: ${text}`);
  return (text ? JSON.parse(text) : undefined) as Answer;
}
