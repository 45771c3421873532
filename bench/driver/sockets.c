#define _GNU_SOURCE
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"
#include "wire.h"

#define READ_SIZE (4u << 20)
#define NO_PROGRESS_NS 20000000000ull

population people;

static const dialect *words;
static int server_port, source_count, poll_fd = -1, catching_up;
static uint8_t arrived[READ_SIZE];
/// While a client's frames are handled, what it says is gathered here and written once.
static client *gathering;
static bytes gathered;

static void client_connect(client *c);
static void client_lose(client *c);
static void client_upgrade(client *c);
static void client_read(client *c);
static void client_hear(client *c, const frame *f);
static void client_join(client *c);
static void client_joined(client *c, const char *text, size_t length);
static void client_write(client *c, const uint8_t *from, size_t length);
static void client_flush(client *c);
static void client_watch(client *c, int op);
static size_t take_upgrade(client *c, const uint8_t *from, size_t length);
static void append(bytes *to, const uint8_t *from, size_t length);

uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

void people_read(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) perror(path), exit(2);
  char id[128], token[256];
  while (fscanf(file, "%127s %255s", id, token) == 2) {
    if (people.room_count == 0 || strcmp(people.rooms[people.room_count - 1].id, id) != 0) {
      people.rooms = realloc(people.rooms, (people.room_count + 1) * sizeof(room));
      people.rooms[people.room_count++] = (room){.id = strdup(id), .first = people.count};
    }
    people.rooms[people.room_count - 1].members++;
    people.clients = realloc(people.clients, (people.count + 1) * sizeof(client));
    people.clients[people.count++] = (client){
        .fd = -1, .room = people.room_count - 1, .cursor = -1, .token = strcmp(token, "-") ? strdup(token) : NULL};
  }
  fclose(file);
}

void sockets_start(const dialect *speaks, int port, int sources) {
  words = speaks;
  server_port = port;
  source_count = sources;
  poll_fd = epoll_create1(0);
  struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &input);
}

void sockets_connect(uint32_t in_flight, int catch_up) {
  catching_up = catch_up;
  people.failed = 0;
  uint32_t next = 0, joined_before = people.joined;
  uint64_t progress_at = now_ns();
  while (people.joined < people.count && now_ns() - progress_at < NO_PROGRESS_NS && people.failed < people.count) {
    uint32_t under_way = 0;
    for (uint32_t i = 0; i < next; i++) {
      stage s = people.clients[i].stage;
      if (s == AWAY) client_connect(&people.clients[i]);
      if (s != JOINED) under_way++;
    }
    while (next < people.count && under_way < in_flight) {
      client *c = &people.clients[next++];
      if (c->stage == AWAY) client_connect(c), under_way++;
    }
    sockets_poll(2000000);
    if (people.joined != joined_before) joined_before = people.joined, progress_at = now_ns();
  }
}

void sockets_drop(void) {
  for (uint32_t i = 0; i < people.count; i++) {
    client *c = &people.clients[i];
    if (c->fd < 0) continue;
    struct linger reset = {1, 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(c->fd);
    c->fd = -1;
    c->stage = AWAY;
    c->in.length = c->out.length = 0;
  }
  people.joined = 0;
}

int sockets_poll(int64_t timeout_ns) {
  static struct epoll_event events[2048];
  struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  int n = epoll_pwait2(poll_fd, events, 2048, timeout_ns < 0 ? NULL : &timeout, NULL);
  int input = 0;
  for (int i = 0; i < n; i++) {
    client *c = events[i].data.ptr;
    if (!c) input = 1;
    else if (c->fd < 0) continue;
    else if (c->stage == CONNECTING) client_upgrade(c);
    else {
      if (events[i].events & EPOLLOUT) client_flush(c);
      if (c->fd >= 0 && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) client_read(c);
    }
  }
  return input;
}

void client_say(client *c, const char *text, size_t length) {
  uint8_t framed[FRAME_HEADER_MAX + 8192];
  if (c->fd < 0 || length > 8192) return;
  size_t size = frame_write(framed, OP_TEXT, text, length);
  if (gathering == c) append(&gathered, framed, size);
  else client_write(c, framed, size);
}

static void client_connect(client *c) {
  uint32_t number = (uint32_t)(c - people.clients);
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) perror("socket"), exit(2);
  int on = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  // Each source address has its own ports, so that many runs in a row do not use them up.
  struct sockaddr_in from = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(0x7f000002 + number % (uint32_t)source_count)};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server_port),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  bind(c->fd, (struct sockaddr *)&from, sizeof from);
  c->stage = CONNECTING;
  c->writing = 1;
  if (connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
    client_lose(c);
    return;
  }
  client_watch(c, EPOLL_CTL_ADD);
}

static void client_lose(client *c) {
  if (c->stage == JOINED) people.joined--, people.lost++;
  else people.failed++;
  close(c->fd);
  c->fd = -1;
  c->stage = AWAY;
  c->in.length = c->out.length = 0;
}

static void client_upgrade(client *c) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) {
    client_lose(c);
    return;
  }
  char request[1024];
  size_t length = upgrade_write(request, sizeof request, words->path, server_port, words->subprotocol, c->token);
  c->stage = UPGRADING;
  c->writing = 0;
  client_watch(c, EPOLL_CTL_MOD);
  client_write(c, (uint8_t *)request, length);
}

static void client_read(client *c) {
  size_t kept = c->in.length;
  if (kept) memcpy(arrived, c->in.bytes, kept);
  ssize_t n = recv(c->fd, arrived + kept, READ_SIZE - kept, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    client_lose(c);
    return;
  }
  size_t length = kept + (size_t)n, at = 0;
  if (c->stage == UPGRADING) {
    at = take_upgrade(c, arrived, length);
    if (c->fd < 0) return;
  }
  gathering = c;
  frame f;
  int whole = 0;
  while (c->fd >= 0 && c->stage >= GREETING && (whole = frame_read(arrived + at, length - at, &f)) > 0) {
    client_hear(c, &f);
    at += f.size;
  }
  gathering = NULL;
  if (c->fd < 0 || whole < 0) {
    if (whole < 0) fprintf(stderr, "driver: a frame is not valid\n"), client_lose(c);
    gathered.length = 0;
    return;
  }
  c->in.length = 0;
  if (at < length) append(&c->in, arrived + at, length - at);
  if (gathered.length) client_write(c, gathered.bytes, gathered.length), gathered.length = 0;
}

/// Consumes the answer to the upgrade; returns how many bytes it took, or 0 when it is not whole.
static size_t take_upgrade(client *c, const uint8_t *from, size_t length) {
  const uint8_t *end = memmem(from, length, "\r\n\r\n", 4);
  if (!end) return 0;
  if (length < 12 || memcmp(from, "HTTP/1.1 101", 12) != 0) {
    if (people.failed == 0) fprintf(stderr, "driver: upgrade refused: %.*s\n", (int)(length < 400 ? length : 400), from);
    client_lose(c);
    return 0;
  }
  c->stage = GREETING;
  if (!words->greets) client_join(c);
  return (size_t)(end - from) + 4;
}

static void client_hear(client *c, const frame *f) {
  if (f->opcode == OP_PING) {
    uint8_t pong[FRAME_HEADER_MAX + 125];
    append(&gathered, pong, frame_write(pong, OP_PONG, f->payload, f->length < 125 ? f->length : 125));
    return;
  }
  if (f->opcode == OP_CLOSE) {
    people.last_close_code = f->length >= 2 ? f->payload[0] << 8 | f->payload[1] : 0;
    client_lose(c);
    return;
  }
  const char *text = (const char *)f->payload;
  said what = words->hear(text, f->length);
  switch (what) {
    case SAID_CHAT:
      if (c->stage == JOINED) load_hear(c, text, f->length);
      return;
    case SAID_JOINED:
      if (c->stage == JOINING) client_joined(c, text, f->length);
      return;
    case SAID_ERROR:
      if (c->stage == JOINED) load_refused(c, text, f->length);
      else {
        if (people.failed == 0) fprintf(stderr, "driver: join refused: %.*s\n", (int)f->length, text);
        client_lose(c);
      }
      return;
    case SAID_OPEN:
    case SAID_PING: {
      const char *reply = dialect_reply(what);
      client_say(c, reply, strlen(reply));
      return;
    }
    case SAID_READY:
      client_join(c);
      return;
    case SAID_OTHER:
      return;
  }
}

static void client_join(client *c) {
  char text[512];
  client_say(c, text, words->join(text, sizeof text, people.rooms[c->room].id, catching_up ? c->cursor : -1));
  c->stage = JOINING;
}

static void client_joined(client *c, const char *text, size_t length) {
  const char *seq = memmem(text, length, "\"seq\":", 6);
  c->cursor = seq ? strtol(seq + 6, NULL, 10) : -1;
  c->missed = 0;
  for (const char *at = text; (at = memmem(at, length - (size_t)(at - text), "\"clientId\":", 11)); at++) c->missed++;
  c->stage = JOINED;
  people.joined++;
}

static void client_write(client *c, const uint8_t *from, size_t length) {
  size_t sent = 0;
  if (c->out.length == 0) {
    ssize_t n = send(c->fd, from, length, MSG_NOSIGNAL);
    if (n > 0) sent = (size_t)n;
    else if (n < 0 && errno != EAGAIN && errno != EINTR) return; // The reading side will see it lost.
  }
  if (sent == length) return;
  append(&c->out, from + sent, length - sent);
  if (c->writing) return;
  c->writing = 1;
  client_watch(c, EPOLL_CTL_MOD);
}

static void client_flush(client *c) {
  ssize_t n = send(c->fd, c->out.bytes, c->out.length, MSG_NOSIGNAL);
  if (n < 0) return;
  c->out.length -= (size_t)n;
  memmove(c->out.bytes, c->out.bytes + n, c->out.length);
  if (c->out.length) return;
  c->writing = 0;
  client_watch(c, EPOLL_CTL_MOD);
}

static void client_watch(client *c, int op) {
  struct epoll_event event = {.events = EPOLLIN | (c->writing ? EPOLLOUT : 0), .data.ptr = c};
  epoll_ctl(poll_fd, op, c->fd, &event);
}

static void append(bytes *to, const uint8_t *from, size_t length) {
  if (to->length + length > to->capacity) {
    to->capacity = (to->length + length) * 2;
    to->bytes = realloc(to->bytes, to->capacity);
  }
  memcpy(to->bytes + to->length, from, length);
  to->length += length;
}
