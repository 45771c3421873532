import type { Account } from "@/protocol/accounts";
import { type Command, type CommandCall, requireArgument } from "./command";
import { withDatabase } from "./with-database";

// The domain is loaded inside each command: it imports the database client, which may have to be made first.
const administration = () => import("../domain/administration");

const LIST_PAGE = 1_000;

export const usersList: Command = {
  name: "users list",
  summary: "Lists every account",
  async run({ config, print }) {
    const people = await withDatabase(config, listAll);
    print({ people }, people.map(lineOf).join("\n") || "There are no accounts.");
  },
};

export const usersResetPassword: Command = {
  name: "users reset-password",
  parameters: "EMAIL",
  summary: "Prints a link for a new password, good for one hour and once",
  run: forAccount(async (account, { print }) => {
    const { createResetLinkFor } = await administration();
    const link = await createResetLinkFor("operator", account.id);
    print(link, `Give this link to ${account.name}. It is good until ${link.expiresAt}, once:\n${link.url}`);
  }),
};

export const usersDeactivate: Command = {
  name: "users deactivate",
  parameters: "EMAIL",
  summary: "Signs somebody out for good: no sign-in, no tokens; messages stay",
  run: forAccount((account, call) => setActive(account, call, false)),
};

export const usersActivate: Command = {
  name: "users activate",
  parameters: "EMAIL",
  summary: "Lets a deactivated account sign in again",
  run: forAccount((account, call) => setActive(account, call, true)),
};

export const usersMakeOwner: Command = {
  name: "users make-owner",
  parameters: "EMAIL",
  summary: "Makes somebody an owner of the server",
  run: forAccount(async (account, { print }) => {
    const { setServerRole } = await administration();
    const changed = await setServerRole("operator", account.id, "owner");
    print(changed, lineOf(changed));
  }),
};

export const sessionsRevoke: Command = {
  name: "sessions revoke",
  parameters: "EMAIL",
  summary: "Signs somebody out of every browser and revokes their API tokens",
  run: forAccount(async (account, { print }) => {
    const { endAccessOf } = await administration();
    await endAccessOf("operator", account.id);
    print({ id: account.id }, `${account.email} is signed out everywhere.`);
  }),
};

async function setActive(account: Account, { print }: CommandCall, active: boolean): Promise<void> {
  const changed = await (await administration()).setActive("operator", account.id, active);
  print(changed, lineOf(changed));
}

function forAccount(act: (account: Account, call: CommandCall) => Promise<void>): Command["run"] {
  return async (call) => {
    const email = requireArgument(call, 0, "EMAIL");
    await withDatabase(call.config, async () => {
      const { requireAccountByEmail } = await administration();
      await act(await requireAccountByEmail(email), call);
    });
  };
}

async function listAll(): Promise<Account[]> {
  const { listAccounts } = await administration();
  const people: Account[] = [];
  for (let after: string | undefined; ; ) {
    const page = await listAccounts("operator", { after, limit: LIST_PAGE });
    people.push(...page.people);
    if (!page.next) return people;
    after = page.next;
  }
}

function lineOf({ email, name, role, active }: Account): string {
  return `${email}  ${name}  ${role}${active ? "" : "  deactivated"}`;
}
