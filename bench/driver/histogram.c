#include "histogram.h"

#include <string.h>

static unsigned bucket_of(uint64_t value) {
  if (value < SUB_COUNT) return (unsigned)value;
  unsigned shift = 63u - (unsigned)__builtin_clzll(value) - SUB_BITS;
  return (shift + 1) * SUB_COUNT + (unsigned)(value >> shift) - SUB_COUNT;
}

static uint64_t top_of(unsigned bucket) {
  if (bucket < SUB_COUNT) return bucket;
  unsigned shift = bucket / SUB_COUNT - 1;
  uint64_t base = (uint64_t)(bucket % SUB_COUNT + SUB_COUNT) << shift;
  return base + ((1ull << shift) - 1);
}

void histogram_clear(histogram *h) { memset(h, 0, sizeof *h); }

void histogram_add(histogram *h, uint64_t ns) {
  h->counts[bucket_of(ns)]++;
  h->total++;
  if (ns > h->max) h->max = ns;
}

uint64_t histogram_percentile(const histogram *h, double percent) {
  uint64_t wanted = (uint64_t)((double)h->total * percent / 100.0 + 0.5);
  if (wanted < 1) wanted = 1;
  uint64_t seen = 0;
  for (unsigned i = 0; i < BUCKETS; i++) {
    seen += h->counts[i];
    if (seen >= wanted) return top_of(i) < h->max ? top_of(i) : h->max;
  }
  return h->max;
}
