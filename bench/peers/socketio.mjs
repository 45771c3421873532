import { createServer } from "node:http";
import pg from "pg";
import { Server } from "socket.io";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  socket.on("join", ({ roomId }) => {
    socket.join(roomId);
    socket.emit("joined", { roomId });
  });

  socket.on("chat", async ({ roomId, clientId, message }) => {
    const { rows } = await pool.query(
      "INSERT INTO messages (room, author, client_id, body) VALUES ($1, $2, $3, $4) RETURNING id, sent_at",
      [roomId, socket.id, clientId, message],
    );
    const [{ id, sent_at: sentAt }] = rows;
    io.to(roomId).emit("chat", { id, roomId, clientId, message, sender: socket.id, sentAt });
  });
});

http.listen(0, "127.0.0.1", () => console.log(`ready ${http.address().port}`));
