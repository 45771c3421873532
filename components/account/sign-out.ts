import { signOutAction } from "@/app/settings/actions";
import { clearOutbox, indexedDbOutbox } from "@/client/indexed-db-outbox";
import type { ActionResult } from "@/components/ui/action-result";

/** Whether this browser holds messages of this user that were never sent. */
export async function hasUnsent(userId: string): Promise<boolean> {
  const entries = await indexedDbOutbox(userId)
    .load()
    .catch(() => []);
  return entries.length > 0;
}

/** Ends this browser's session, forgets what it kept for the user, and goes to the front door. */
export async function signOut(userId: string): Promise<ActionResult> {
  const ended = await signOutAction();
  if (ended.ok) await forget(userId);
  return ended;
}

/** Deletes what this browser kept, when the session has ended already. */
export async function forget(userId: string): Promise<void> {
  // A browser that has no IndexedDB, or keeps it from us, has kept nothing either.
  await clearOutbox(userId).catch(() => {});
  // A whole page load, so that nothing of this person stays in memory.
  location.assign("/sign-in");
}
