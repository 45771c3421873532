import { backup, backupKey, restore, verify } from "./backup";
import type { Command } from "./command";
import { dbMove } from "./db";
import { filesOrphans } from "./files";
import { prepare } from "./prepare";
import { roomsDelete, roomsList } from "./rooms";
import { secretsForget, secretsRotate } from "./secrets";
import { setupLink } from "./setup-link";
import { upgradeCheck } from "./upgrade-check";
import { sessionsRevoke, usersActivate, usersDeactivate, usersList, usersMakeOwner, usersResetPassword } from "./users";

/** Every command, in the order of the help. */
export const commands: Command[] = [
  setupLink,
  usersList,
  usersResetPassword,
  usersDeactivate,
  usersActivate,
  usersMakeOwner,
  sessionsRevoke,
  roomsList,
  roomsDelete,
  filesOrphans,
  secretsRotate,
  secretsForget,
  backup,
  backupKey,
  verify,
  restore,
  dbMove,
  upgradeCheck,
  prepare,
];
