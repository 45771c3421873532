#pragma once
#include <stddef.h>
#include <stdint.h>

#include "dialect.h"

// Many WebSocket clients on one epoll: connecting, joining, reading and writing. What a message means is load.c's.

typedef enum { AWAY, CONNECTING, UPGRADING, GREETING, JOINING, JOINED } stage;

typedef struct {
  uint8_t *bytes;
  size_t length, capacity;
} bytes;

typedef struct {
  char *id;
  uint32_t first, members;
} room;

typedef struct {
  int fd;
  stage stage;
  uint32_t room;
  int writing;
  /// Whether this socket sends in the present phase.
  int sends;
  /// The room's seq as the last `joined` told it, or -1.
  long cursor;
  /// Messages that the last `joined` carried.
  uint32_t missed;
  char *token;
  /// The beginning of a frame whose rest has not come.
  bytes in;
  /// What the kernel did not take yet.
  bytes out;
} client;

typedef struct {
  client *clients;
  room *rooms;
  uint32_t count, room_count;
  uint32_t joined, failed, lost;
  int last_close_code;
} population;

extern population people;

uint64_t now_ns(void);

/// Reads the plan: one line a socket, `<room> <token>`, a room's members on consecutive lines.
void people_read(const char *path);
void sockets_start(const dialect *speaks, int port, int sources);
/// Connects and joins all who are away, `in_flight` at a time. With `catch_up`, joins from the cursor.
void sockets_connect(uint32_t in_flight, int catch_up);
/// Closes all at once, without TIME_WAIT.
void sockets_drop(void);
/// Waits for at most `timeout_ns` (-1: for ever) and handles what came. Returns whether standard input has something.
int sockets_poll(int64_t timeout_ns);
void client_say(client *c, const char *text, size_t length);
