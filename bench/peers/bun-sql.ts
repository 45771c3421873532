import { SQL, serve } from "bun";

const sql = new SQL({ url: process.env.DATABASE_URL, max: 20 });
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
  const [{ id, sent_at: sentAt }] = await sql`
    INSERT INTO messages (room, author, client_id, body) VALUES (${roomId}, ${author}, ${clientId}, ${message})
    RETURNING id, sent_at`;
  const payload = { id, roomId, clientId, message, sender: author, sentAt };
  server.publish(roomId, JSON.stringify({ type: "chat", payload }));
}

await sql`SELECT 1`;
console.log(`ready ${server.port}`);
