/** Who is asking: the signed-in user behind a page, a request or a socket. */
export type Viewer = {
  id: string;
  name: string;
  email: string;
  role: "owner" | "member";
  /** What their session or token was made under. */
  sessionVersion: number;
};
