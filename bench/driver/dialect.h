#pragma once
#include <stddef.h>

// What the driver says to each kind of server, and how it recognises what comes back.

typedef enum {
  /// Nothing that the driver acts on (presence, typing, a pong).
  SAID_OTHER,
  /// A chat message: one delivery.
  SAID_CHAT,
  /// The answer to `join`.
  SAID_JOINED,
  /// A message was refused.
  SAID_ERROR,
  /// socket.io's handshake: answer with `reply`.
  SAID_OPEN,
  /// socket.io's greeting: now `join` may be said.
  SAID_READY,
  /// socket.io's ping: answer with `reply`.
  SAID_PING,
} said;

typedef struct {
  const char *name;
  const char *path;
  const char *subprotocol;
  /// Whether the server speaks first, and `join` waits for SAID_READY.
  int greets;
  /// printf format of a join: the room, then the cursor or -1.
  size_t (*join)(char *out, size_t room, const char *roomId, long since);
  size_t (*chat)(char *out, size_t room, const char *roomId, const char *clientId, const char *body);
  said (*hear)(const char *text, size_t length);
} dialect;

/// The dialect of that name, or null.
const dialect *dialect_find(const char *name);
/// What to answer to SAID_OPEN or SAID_PING.
const char *dialect_reply(said what);
