import { type ServerWebSocket, serve } from "bun";
import { Pool } from "pg";
// Adda's own group commit, statement and all: what differs is only who writes to the sockets.
import { RoomLog } from "../../server/domain/room-log";

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const roomIds = new Map<string, string>();
const peopleOf = new Map<string, string[]>();

type Data = { roomId: string; authorId: string };
type Chat = { clientId: string; message: string };

const server = serve<Data>({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    if (server.upgrade(request, { data: { roomId: "", authorId: "" } })) return;
    return new Response("This is a WebSocket.", { status: 426 });
  },
  websocket: {
    message(socket, text) {
      const { type, payload } = JSON.parse(String(text));
      if (type === "join") join(socket, payload.roomId);
      if (type === "chat") chat(socket, payload);
    },
  },
});

const log = new RoomLog(pool, (roomId, messages) => {
  for (const message of messages) server.publish(roomId, JSON.stringify({ type: "chat", payload: message }));
});

function join(socket: ServerWebSocket<Data>, ref: string) {
  const roomId = roomIds.get(ref) ?? "";
  socket.data = { roomId, authorId: peopleOf.get(roomId)?.pop() ?? "" };
  socket.subscribe(roomId);
  socket.send(JSON.stringify({ type: "joined", payload: { roomId } }));
}

function chat({ data: { roomId, authorId } }: ServerWebSocket<Data>, { clientId, message }: Chat) {
  log.append({ roomId, authorId, sender: authorId, clientId, message }, () => undefined);
}

// Nobody signs in here: each socket is given the next member of the room that it joins.
for (const { id, slug } of (await pool.query('SELECT id, slug FROM "Room"')).rows) {
  roomIds.set(slug, id);
  peopleOf.set(id, []);
}
for (const { roomId, userId } of (await pool.query('SELECT "roomId", "userId" FROM "Membership"')).rows) {
  peopleOf.get(roomId)?.push(userId);
}
console.log(`ready ${server.port}`);
