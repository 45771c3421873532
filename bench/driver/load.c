#define _GNU_SOURCE
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "histogram.h"

#define DRAIN_NS 10000000000ull
#define RETRY_NS 20000000ull
#define BODY_MAX 4000
/// `@@`, the phase, the sender and the moment, all in hexadecimal: the beginning of every body.
#define MARK_LENGTH (2 + 4 + 6 + 16)

typedef enum { NO_LOOP, CLOSED_LOOP, OPEN_LOOP } loop;

typedef struct {
  uint64_t sent, acked, heard, expected, refused;
} tally;

typedef struct {
  uint64_t at, cpu_us;
  tally tally;
} snapshot;

typedef struct {
  client *sender;
  uint64_t at;
} retry;

static loop mode;
static const dialect *words;
static const plan *planned;
static unsigned phase;
static int sending, measuring;
static tally counts;
static histogram heard_after, acked_after;
static uint64_t run;
/// Refused messages wait here for their second try, first in first out.
static retry *retries;
static size_t retry_from, retry_to, retry_room;

static void phase_begin(loop l, const plan *p, const dialect *speaks);
static void phase_end(const snapshot *from, const snapshot *to);
static snapshot take_snapshot(void);
static void announce(const char *event);
static void say(client *c, uint64_t moment);
static void say_again(void);
static void drain(void);
static void print_latency(const char *name, const histogram *h);
static uint64_t read_hex(const char *from, int digits);
static void write_hex(char *to, uint64_t value, int digits);

void load_closed(const plan *p, const dialect *speaks) {
  phase_begin(CLOSED_LOOP, p, speaks);
  for (uint32_t r = 0; r < people.room_count; r++) {
    room *in = &people.rooms[r];
    uint32_t senders = p->window < in->members ? p->window : in->members;
    for (uint32_t i = 0; i < senders; i++) people.clients[in->first + i].sends = 1;
    for (uint32_t i = 0; i < p->window; i++) say(&people.clients[in->first + i % senders], now_ns());
  }
  uint64_t warm_at = now_ns() + (uint64_t)(p->warm_up * 1e9), end_at = warm_at + (uint64_t)(p->seconds * 1e9);
  snapshot from = {0};
  for (uint64_t now = now_ns(); now < end_at; now = now_ns()) {
    if (!measuring && now >= warm_at) announce("measuring"), from = take_snapshot(), measuring = 1;
    sockets_poll(2000000);
    say_again();
  }
  snapshot to = take_snapshot();
  phase_end(&from, &to);
}

void load_open(const plan *p, const dialect *speaks) {
  phase_begin(OPEN_LOOP, p, speaks);
  double interval = 1e9 / p->rate;
  uint64_t began = now_ns(), number = 0;
  uint64_t warm_at = began + (uint64_t)(p->warm_up * 1e9), end_at = warm_at + (uint64_t)(p->seconds * 1e9);
  snapshot from = {0};
  for (uint64_t now = began; now < end_at; now = now_ns()) {
    if (!measuring && now >= warm_at) announce("measuring"), from = take_snapshot(), measuring = 1;
    uint64_t due;
    while ((due = began + (uint64_t)((double)number * interval)) <= now && due < end_at) {
      const room *in = &people.rooms[number % people.room_count];
      say(&people.clients[in->first + number / people.room_count % in->members], due);
      number++;
    }
    now = now_ns();
    sockets_poll(due > now ? (int64_t)(due - now) : 0);
  }
  snapshot to = take_snapshot();
  phase_end(&from, &to);
}

void load_hear(client *c, const char *text, size_t length) {
  counts.heard++;
  if (mode == NO_LOOP || (mode == CLOSED_LOOP && !c->sends)) return;
  const char *mark = memmem(text, length, "@@", 2);
  if (!mark || (size_t)(text + length - mark) < MARK_LENGTH || read_hex(mark + 2, 4) != phase) return;
  uint64_t since = read_hex(mark + 12, 16), took = now_ns() - since;
  if (measuring) histogram_add(&heard_after, took);
  if (read_hex(mark + 6, 6) != (uint64_t)(c - people.clients)) return;
  counts.acked++;
  counts.expected += people.rooms[c->room].members;
  if (measuring) histogram_add(&acked_after, took);
  if (sending && mode == CLOSED_LOOP) say(c, now_ns());
}

void load_refused(client *c, const char *text, size_t length) {
  if (counts.refused++ == 0) fprintf(stderr, "driver: refused: %.*s\n", (int)(length < 300 ? length : 300), text);
  if (mode != CLOSED_LOOP || !sending) return;
  if (retry_to == retry_room) retries = realloc(retries, (retry_room = retry_room * 2 + 1024) * sizeof *retries);
  retries[retry_to++] = (retry){c, now_ns() + RETRY_NS};
}

static void phase_begin(loop l, const plan *p, const dialect *speaks) {
  mode = l;
  words = speaks;
  planned = p;
  phase++;
  sending = 1;
  measuring = 0;
  counts = (tally){0};
  retry_from = retry_to = 0;
  people.lost = 0;
  if (!run) run = (uint64_t)time(NULL) << 16 ^ now_ns();
  histogram_clear(&heard_after);
  histogram_clear(&acked_after);
  for (uint32_t i = 0; i < people.count; i++) people.clients[i].sends = 0;
}

static void phase_end(const snapshot *from, const snapshot *to) {
  measuring = sending = 0;
  announce("measured");
  drain();
  mode = NO_LOOP;
  double seconds = (double)(to->at - from->at) / 1e9;
  printf("{\"event\":\"result\",\"mark\":\"@@%04x\",\"seconds\":%.4f,\"sent\":%llu,\"acked\":%llu,\"deliveries\":%llu,"
         "\"driverCpu\":%.4f,\"total\":{\"sent\":%llu,\"acked\":%llu,\"deliveries\":%llu,\"expected\":%llu,"
         "\"refused\":%llu,\"lost\":%u},",
         phase, seconds, (unsigned long long)(to->tally.sent - from->tally.sent),
         (unsigned long long)(to->tally.acked - from->tally.acked),
         (unsigned long long)(to->tally.heard - from->tally.heard), (double)(to->cpu_us - from->cpu_us) / 1e6 / seconds,
         (unsigned long long)counts.sent, (unsigned long long)counts.acked, (unsigned long long)counts.heard,
         (unsigned long long)counts.expected, (unsigned long long)counts.refused, people.lost);
  print_latency("heardMs", &heard_after);
  printf(",");
  print_latency("ackedMs", &acked_after);
  printf("}\n");
  fflush(stdout);
}

static snapshot take_snapshot(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  uint64_t cpu = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                 (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  return (snapshot){.at = now_ns(), .cpu_us = cpu, .tally = counts};
}

/// Tells the harness when to read the server's CPU time.
static void announce(const char *event) {
  printf("{\"event\":\"%s\"}\n", event);
  fflush(stdout);
}

static void say(client *c, uint64_t moment) {
  static char filler[BODY_MAX + 1];
  char body[BODY_MAX + 1], id[37], text[8192];
  uint32_t number = (uint32_t)(c - people.clients);
  if (!*filler) memset(filler, 'x', BODY_MAX);
  memcpy(body, "@@", 2);
  write_hex(body + 2, phase, 4);
  write_hex(body + 6, number, 6);
  write_hex(body + 12, moment, 16);
  memcpy(body + MARK_LENGTH, filler, planned->body_size - MARK_LENGTH);
  body[planned->body_size] = 0;
  // As long as a UUID, which is what our client sends.
  write_hex(id, run, 16);
  id[16] = '-';
  write_hex(id + 17, phase, 4);
  id[21] = '-';
  write_hex(id + 22, counts.sent, 14);
  id[36] = 0;
  client_say(c, text, words->chat(text, sizeof text, people.rooms[c->room].id, id, body));
  counts.sent++;
}

static void say_again(void) {
  for (uint64_t now = now_ns(); retry_from < retry_to && retries[retry_from].at <= now; retry_from++)
    say(retries[retry_from].sender, now);
  if (retry_from == retry_to) retry_from = retry_to = 0;
}

/// Waits until every message sent is acknowledged and delivered to every member, or until that seems not to come.
static void drain(void) {
  uint64_t until = now_ns() + DRAIN_NS;
  while (now_ns() < until && (counts.acked + counts.refused < counts.sent || counts.heard < counts.expected))
    sockets_poll(10000000);
  for (uint64_t quiet = now_ns() + 100000000; now_ns() < quiet;) sockets_poll(10000000);
}

static void print_latency(const char *name, const histogram *h) {
  printf("\"%s\":{\"count\":%llu,\"p50\":%.4f,\"p90\":%.4f,\"p99\":%.4f,\"p999\":%.4f,\"max\":%.4f}", name,
         (unsigned long long)h->total, (double)histogram_percentile(h, 50) / 1e6,
         (double)histogram_percentile(h, 90) / 1e6, (double)histogram_percentile(h, 99) / 1e6,
         (double)histogram_percentile(h, 99.9) / 1e6, (double)h->max / 1e6);
}

static uint64_t read_hex(const char *from, int digits) {
  uint64_t value = 0;
  for (int i = 0; i < digits; i++) value = value << 4 | (uint64_t)((from[i] & 15) + (from[i] > '9' ? 9 : 0));
  return value;
}

static void write_hex(char *to, uint64_t value, int digits) {
  for (int i = digits; i-- > 0; value >>= 4) to[i] = "0123456789abcdef"[value & 15];
}
