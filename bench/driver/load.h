#pragma once
#include <stddef.h>

#include "sockets.h"

// What is sent, and what is counted.

typedef struct {
  /// Warm-up and measured time.
  double warm_up, seconds;
  /// Closed loop: messages outstanding in each room.
  uint32_t window;
  /// Open loop: messages a second over all rooms.
  double rate;
  uint32_t body_size;
} plan;

/// Keeps `window` messages outstanding in every room; the sender's own echo makes room for the next.
void load_closed(const plan *p, const dialect *speaks);
/// Sends at `rate` whatever happens; latency counts from the moment that a message was due.
void load_open(const plan *p, const dialect *speaks);

void load_hear(client *c, const char *text, size_t length);
void load_refused(client *c, const char *text, size_t length);
