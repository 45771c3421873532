#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "load.h"
#include "sockets.h"

// driver <dialect> <port> <plan file> <source addresses>
//
// Commands come as lines on standard input, answers go as lines of JSON to standard output:
//   connect <in flight>         connect and join all who are away, fresh
//   return <in flight>          the same from each socket's cursor, as after a restart
//   closed <window> <warm-up s> <s> <body bytes>
//   open <messages/s> <warm-up s> <s> <body bytes>
//   state                       how many are joined, how many were lost
//   drop                        close all
// The end of standard input ends the driver.

static void report_people(const char *event, uint64_t began) {
  uint64_t missed = 0;
  for (uint32_t i = 0; i < people.count; i++) missed += people.clients[i].missed;
  printf("{\"event\":\"%s\",\"sockets\":%u,\"joined\":%u,\"failed\":%u,\"lost\":%u,\"missed\":%llu,\"closeCode\":%d,\"ms\":%.2f}\n",
         event, people.count, people.joined, people.failed, people.lost, (unsigned long long)missed,
         people.last_close_code, (double)(now_ns() - began) / 1e6);
  fflush(stdout);
}

static void obey(const char *line, const dialect *words) {
  uint64_t began = now_ns();
  unsigned in_flight;
  plan p = {0};
  if (sscanf(line, "connect %u", &in_flight) == 1) {
    sockets_connect(in_flight, 0);
    report_people("connected", began);
  } else if (sscanf(line, "return %u", &in_flight) == 1) {
    sockets_connect(in_flight, 1);
    report_people("connected", began);
  } else if (sscanf(line, "closed %u %lf %lf %u", &p.window, &p.warm_up, &p.seconds, &p.body_size) == 4) {
    load_closed(&p, words);
  } else if (sscanf(line, "open %lf %lf %lf %u", &p.rate, &p.warm_up, &p.seconds, &p.body_size) == 4) {
    load_open(&p, words);
  } else if (strncmp(line, "state", 5) == 0) {
    report_people("state", began);
  } else if (strncmp(line, "drop", 4) == 0) {
    sockets_drop();
    report_people("dropped", began);
  } else {
    fprintf(stderr, "driver: no such command: %s", line);
    exit(2);
  }
}

int main(int argc, char **argv) {
  const dialect *words = argc == 5 ? dialect_find(argv[1]) : NULL;
  if (!words) {
    fprintf(stderr, "usage: driver <adda|plain|socketio> <port> <plan file> <source addresses>\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_TIMERSLACK, 1);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  people_read(argv[3]);
  sockets_start(words, atoi(argv[2]), atoi(argv[4]));
  char line[256];
  for (;;) {
    if (!sockets_poll(-1)) continue;
    size_t length = 0;
    char byte;
    while (read(STDIN_FILENO, &byte, 1) == 1 && length < sizeof line - 1) {
      line[length++] = byte;
      if (byte == '\n') break;
    }
    line[length] = 0;
    if (length == 0) return 0;
    obey(line, words);
  }
}
