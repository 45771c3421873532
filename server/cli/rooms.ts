import { type Command, CommandFailed, requireArgument } from "./command";
import { withDatabase } from "./with-database";

export const roomsList: Command = {
  name: "rooms list",
  summary: "Lists every room with its number of members and messages",
  async run({ config, print }) {
    const { rooms } = await withDatabase(config, async () =>
      (await import("../domain/room-administration")).listServerRooms("operator", { limit: null }),
    );
    const lines = rooms.map(
      ({ slug, name, kind, members, seq, archivedAt }) =>
        `${slug}  ${name}  ${kind === "open" ? "public" : "private"}  ${members} members  ${seq} changes${archivedAt ? "  archived" : ""}`,
    );
    print({ rooms }, lines.join("\n") || "There are no rooms.");
  },
};

export const roomsDelete: Command = {
  name: "rooms delete",
  parameters: "ROOM",
  summary: "Deletes a room for everybody; its messages and files are purged after 30 days",
  async run(call) {
    const ref = requireArgument(call, 0, "ROOM");
    const deleted = await withDatabase(call.config, async () =>
      (await import("../domain/room-administration")).deleteAnyRoom("operator", ref),
    );
    if (!deleted) throw new CommandFailed(`There is no room ${ref} that can be deleted. The lobby cannot be.`);
    call.print(deleted, `#${deleted.name} is deleted.`);
  },
};
