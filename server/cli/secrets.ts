import { forgetPreviousSecret, rotateSecret } from "../secrets";
import { type Command, type CommandCall, CommandFailed } from "./command";

const NAME = "auth-secret";

export const secretsRotate: Command = {
  name: "secrets rotate",
  summary: "Makes a new secret for sessions; the old one is still accepted",
  async run({ config, print }) {
    requireGenerated();
    rotateSecret(config.dataDir, NAME);
    print({ rotated: true }, "There is a new secret. Restart Adda now. Later: npm run adda -- secrets forget");
  },
};

export const secretsForget: Command = {
  name: "secrets forget",
  summary: "Deletes the secret before the last rotation: who was not here since signs in again",
  async run({ config, print }: CommandCall) {
    requireGenerated();
    const forgotten = forgetPreviousSecret(config.dataDir, NAME);
    if (!forgotten) throw new CommandFailed("There is no old secret.");
    print({ forgotten }, "The old secret is deleted. Restart Adda now.");
  },
};

function requireGenerated(): void {
  if (!process.env.AUTH_SECRET) return;
  throw new CommandFailed("AUTH_SECRET is set: change it there, and set AUTH_SECRET_PREVIOUS to the old one.");
}
