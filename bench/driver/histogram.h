#pragma once
#include <stdint.h>

// Latencies in nanoseconds, kept to within 1/128 of their value (log-linear, after HdrHistogram).
#define SUB_BITS 7
#define SUB_COUNT (1 << SUB_BITS)
#define BUCKETS ((64 - SUB_BITS) * SUB_COUNT)

typedef struct {
  uint64_t counts[BUCKETS];
  uint64_t total;
  uint64_t max;
} histogram;

void histogram_clear(histogram *h);
void histogram_add(histogram *h, uint64_t ns);
/// The smallest recorded value that `percent` of all values do not exceed, in nanoseconds.
uint64_t histogram_percentile(const histogram *h, double percent);
