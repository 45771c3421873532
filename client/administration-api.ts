import type { Account, AccountPage } from "@/protocol/accounts";
import type { ServerRoomPage } from "@/protocol/rooms";
import { askRest, type RestAnswer } from "./rest";

/** A page of accounts, the newest first; `after` is the `next` of the page before. */
export function listAccounts(query: string, after?: string): Promise<RestAnswer<AccountPage>> {
  return askRest("GET", `/api/admin/people?${new URLSearchParams({ query, ...(after && { after }) })}`);
}

type AccountChange = { active?: boolean; role?: Account["role"]; currentPassword?: string };

/** A role needs the password when the session is older than ten minutes. */
export function changeAccount(id: string, change: AccountChange): Promise<RestAnswer<Account>> {
  return askRest("PATCH", `/api/admin/people/${id}`, change);
}

/** A link for a new password, once within an hour. It needs the password as a role does. */
export function createResetLink(id: string, currentPassword?: string): Promise<RestAnswer<{ url: string }>> {
  return askRest("POST", `/api/admin/people/${id}/reset-link`, { currentPassword });
}

/** Ends every session and token of an account. */
export function signOutEverywhere(id: string): Promise<RestAnswer> {
  return askRest("POST", `/api/admin/people/${id}/sign-out`);
}

/** A page of all rooms, by name; `after` is the `next` of the page before. */
export function listRooms(query: string, after?: string): Promise<RestAnswer<ServerRoomPage>> {
  return askRest("GET", `/api/admin/rooms?${new URLSearchParams({ query, ...(after && { after }) })}`);
}

/** Deletes any room but the lobby. It needs the password when the session is older than ten minutes. */
export function deleteServerRoom(id: string, currentPassword?: string): Promise<RestAnswer> {
  return askRest("DELETE", `/api/admin/rooms/${id}`, { currentPassword });
}
