#define _GNU_SOURCE
#include "dialect.h"

#include <stdio.h>
#include <string.h>

static int starts(const char *text, size_t length, const char *with) {
  size_t n = strlen(with);
  return length >= n && memcmp(text, with, n) == 0;
}

// Adda, and the plain servers that speak its two frames.

static size_t json_join(char *out, size_t room, const char *roomId, long since) {
  if (since < 0) return (size_t)snprintf(out, room, "{\"type\":\"join\",\"payload\":{\"roomId\":\"%s\"}}", roomId);
  return (size_t)snprintf(out, room, "{\"type\":\"join\",\"payload\":{\"roomId\":\"%s\",\"since\":%ld}}", roomId, since);
}

static size_t json_chat(char *out, size_t room, const char *roomId, const char *clientId, const char *body) {
  return (size_t)snprintf(out, room,
                          "{\"type\":\"chat\",\"payload\":{\"message\":\"%s\",\"clientId\":\"%s\",\"roomId\":\"%s\"}}", body,
                          clientId, roomId);
}

static said json_hear(const char *text, size_t length) {
  if (starts(text, length, "{\"type\":\"chat\"")) return SAID_CHAT;
  if (starts(text, length, "{\"type\":\"joined\"")) return SAID_JOINED;
  if (starts(text, length, "{\"type\":\"error\"")) return SAID_ERROR;
  return SAID_OTHER;
}

// socket.io 4 over engine.io 4's websocket transport.

static size_t socketio_join(char *out, size_t room, const char *roomId, long since) {
  (void)since;
  return (size_t)snprintf(out, room, "42[\"join\",{\"roomId\":\"%s\"}]", roomId);
}

static size_t socketio_chat(char *out, size_t room, const char *roomId, const char *clientId, const char *body) {
  return (size_t)snprintf(out, room, "42[\"chat\",{\"message\":\"%s\",\"clientId\":\"%s\",\"roomId\":\"%s\"}]", body,
                          clientId, roomId);
}

static said socketio_hear(const char *text, size_t length) {
  if (starts(text, length, "42[\"chat\"")) return SAID_CHAT;
  if (starts(text, length, "42[\"joined\"")) return SAID_JOINED;
  if (starts(text, length, "42[\"refused\"")) return SAID_ERROR;
  if (starts(text, length, "40")) return SAID_READY;
  if (starts(text, length, "0{")) return SAID_OPEN;
  if (starts(text, length, "2")) return SAID_PING;
  return SAID_OTHER;
}

static const dialect DIALECTS[] = {
    {"adda", "/ws", "adda.v1", 0, json_join, json_chat, json_hear},
    {"plain", "/", NULL, 0, json_join, json_chat, json_hear},
    {"socketio", "/socket.io/?EIO=4&transport=websocket", NULL, 1, socketio_join, socketio_chat, socketio_hear},
};

const dialect *dialect_find(const char *name) {
  for (size_t i = 0; i < sizeof DIALECTS / sizeof *DIALECTS; i++)
    if (strcmp(DIALECTS[i].name, name) == 0) return &DIALECTS[i];
  return NULL;
}

const char *dialect_reply(said what) { return what == SAID_OPEN ? "40" : "3"; }
