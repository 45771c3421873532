import pg from "pg";
import { WebSocketServer } from "ws";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
const rooms = new Map();
let people = 0;

server.on("connection", (socket) => {
  const author = `person-${++people}`;
  const joined = new Set();

  socket.on("message", async (data) => {
    const { type, payload } = JSON.parse(data.toString());
    if (type === "join") join(payload.roomId);
    if (type === "chat") await chat(payload);
  });
  socket.on("close", () => {
    for (const roomId of joined) rooms.get(roomId).delete(socket);
  });
  socket.on("error", () => socket.terminate());

  function join(roomId) {
    if (!rooms.has(roomId)) rooms.set(roomId, new Set());
    rooms.get(roomId).add(socket);
    joined.add(roomId);
    socket.send(JSON.stringify({ type: "joined", payload: { roomId } }));
  }

  async function chat({ roomId, clientId, message }) {
    const { rows } = await pool.query(
      "INSERT INTO messages (room, author, client_id, body) VALUES ($1, $2, $3, $4) RETURNING id, sent_at",
      [roomId, author, clientId, message],
    );
    const [{ id, sent_at: sentAt }] = rows;
    const payload = { id, roomId, clientId, message, sender: author, sentAt };
    const frame = JSON.stringify({ type: "chat", payload });
    for (const member of rooms.get(roomId)) member.send(frame);
  }
});

server.on("listening", () => console.log(`ready ${server.address().port}`));
