#pragma once
#include <stddef.h>
#include <stdint.h>

// The few parts of RFC 6455 that a client of a text protocol needs.

enum { OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

typedef struct {
  int opcode;
  const uint8_t *payload;
  size_t length;
  /// Bytes that the whole frame takes, header included.
  size_t size;
} frame;

/// Reads one server frame in place. Returns 1 when it is whole, 0 when more bytes are needed, -1 when it is not valid.
int frame_read(const uint8_t *bytes, size_t length, frame *out);

#define FRAME_HEADER_MAX 8

/// Writes one masked client frame (up to 65,535 bytes) and returns how many bytes it took.
size_t frame_write(uint8_t *out, int opcode, const void *payload, size_t length);

/// Writes the upgrade request and returns its length. `subprotocol` and `token` may be null.
size_t upgrade_write(char *out, size_t room, const char *path, int port, const char *subprotocol, const char *token);
