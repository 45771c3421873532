/** Signs in as the form does. @returns the session's cookie. */
export async function signIn(url: string, { email, password }: { email: string; password: string }): Promise<string> {
  const first = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = await first.json();
  const cookie = first.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ");
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { cookie, origin: url },
    body: new URLSearchParams({ csrfToken, email, password, json: "true" }),
  });
  return (
    answer.headers
      .getSetCookie()
      .map((line) => line.split(";", 1)[0])
      .find((pair) => pair?.includes("session-token")) ?? ""
  );
}
