import { serve } from "bun";
import { Pool } from "pg";

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
let people = 0;

type Data = { author: string };
type Chat = { roomId: string; clientId: string; message: string };

const server = serve<Data>({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    if (server.upgrade(request, { data: { author: `person-${++people}` } })) return;
    return new Response("This is a WebSocket.", { status: 426 });
  },
  websocket: {
    async message(socket, text) {
      const { type, payload } = JSON.parse(String(text));
      if (type === "join") {
        socket.subscribe(payload.roomId);
        socket.send(JSON.stringify({ type: "joined", payload: { roomId: payload.roomId } }));
      }
      if (type === "chat") await chat(socket.data.author, payload);
    },
  },
});

async function chat(author: string, { roomId, clientId, message }: Chat) {
  const {
    rows: [{ id, sent_at: sentAt }],
  } = await pool.query(
    "INSERT INTO messages (room, author, client_id, body) VALUES ($1, $2, $3, $4) RETURNING id, sent_at",
    [roomId, author, clientId, message],
  );
  const payload = { id, roomId, clientId, message, sender: author, sentAt };
  server.publish(roomId, JSON.stringify({ type: "chat", payload }));
}

console.log(`ready ${server.port}`);
