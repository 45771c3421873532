/** An account as owners of the server see it. */
export type Account = {
  id: string;
  name: string;
  email: string;
  role: "owner" | "member";
  active: boolean;
  createdAt: string;
};

/** A page of accounts, the newest first; `next` asks for the page after it, null at the end. */
export type AccountPage = { people: readonly Account[]; next: string | null };
