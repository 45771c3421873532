#include "wire.h"

#include <stdio.h>
#include <string.h>

int frame_read(const uint8_t *bytes, size_t length, frame *out) {
  if (length < 2) return 0;
  // Only whole, unmasked frames without extensions: nothing was negotiated, and the servers never fragment.
  if ((bytes[0] & 0xf0) != 0x80 || (bytes[1] & 0x80)) return -1;
  size_t header = 2;
  uint64_t size = bytes[1];
  if (size == 126) {
    if (length < 4) return 0;
    size = (uint64_t)bytes[2] << 8 | bytes[3];
    header = 4;
  } else if (size == 127) {
    if (length < 10) return 0;
    size = 0;
    for (int i = 2; i < 10; i++) size = size << 8 | bytes[i];
    header = 10;
  }
  if (size > 1u << 30) return -1;
  if (length < header + size) return 0;
  *out = (frame){.opcode = bytes[0] & 15, .payload = bytes + header, .length = size, .size = header + size};
  return 1;
}

static uint32_t next_mask(void) {
  static uint32_t state = 0x9e3779b9;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

size_t frame_write(uint8_t *out, int opcode, const void *payload, size_t length) {
  size_t header = 2;
  out[0] = 0x80 | (uint8_t)opcode;
  if (length < 126) {
    out[1] = 0x80 | (uint8_t)length;
  } else {
    out[1] = 0x80 | 126;
    out[2] = (uint8_t)(length >> 8);
    out[3] = (uint8_t)length;
    header = 4;
  }
  uint32_t mask = next_mask();
  memcpy(out + header, &mask, 4);
  uint8_t *to = out + header + 4;
  const uint8_t *from = payload;
  const uint8_t *key = (const uint8_t *)&mask;
  for (size_t i = 0; i < length; i++) to[i] = from[i] ^ key[i & 3];
  return header + 4 + length;
}

size_t upgrade_write(char *out, size_t room, const char *path, int port, const char *subprotocol, const char *token) {
  int n = snprintf(out, room,
                   "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s%s%s%s\r\n",
                   path, port, subprotocol ? "Sec-WebSocket-Protocol: " : "", subprotocol ? subprotocol : "",
                   subprotocol ? "\r\n" : "", token ? "Authorization: Bearer " : "", token ? token : "",
                   token ? "\r\n" : "");
  return n > 0 && (size_t)n < room ? (size_t)n : 0;
}
