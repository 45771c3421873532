import { signOutAction, signOutEverywhereAction } from "@/app/settings/actions";
import { clearOutbox, indexedDbOutbox } from "@/client/indexed-db-outbox";
import { clearDrafts } from "@/components/composer/draft";
import type { ActionResult } from "@/components/ui/action-result";

let leaving = false;

/** True while somebody signs out on this page: that their session ends is then no news to them. */
export function isSigningOut(): boolean {
  return leaving;
}

/** Whether this browser holds messages of this user that were never sent. */
export async function hasUnsent(userId: string): Promise<boolean> {
  const entries = await indexedDbOutbox(userId)
    .load()
    .catch(() => []);
  return entries.length > 0;
}

/** Ends this browser's session, forgets what it kept for the user, and goes to the front door. */
export function signOut(userId: string): Promise<ActionResult> {
  return leave(userId, signOutAction);
}

/** The same, and every other session of the account ends too. */
export function signOutEverywhere(userId: string): Promise<ActionResult> {
  return leave(userId, signOutEverywhereAction);
}

async function leave(userId: string, endSession: () => Promise<ActionResult>): Promise<ActionResult> {
  leaving = true;
  let ended: ActionResult | undefined;
  try {
    ended = await endSession();
  } finally {
    leaving = ended?.ok === true;
  }
  if (ended.ok) await forget(userId);
  return ended;
}

async function forget(userId: string): Promise<void> {
  clearDrafts(userId);
  // A browser that has no IndexedDB, or keeps it from us, has kept nothing either.
  await clearOutbox(userId).catch(() => {});
  // A whole page load, so that nothing of this person stays in memory.
  location.assign("/sign-in");
}
