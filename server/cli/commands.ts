import type { Command } from "./command";
import { setupLink } from "./setup-link";

/** Every command, in the order of the help. */
export const commands: Command[] = [setupLink];
