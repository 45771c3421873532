import { WAVEFORM_MAX_LENGTH } from "@/protocol/limits";

/** Speech seldom comes near the loudest that a microphone can hear: so much of it fills a bar. */
const FULL = 0.35;

/** How loud a stretch of sound is, from 0 to 100, by the root of its mean square; the ear's scale is no straight line. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const loudness = Math.sqrt(sum / Math.max(1, samples.length)) / FULL;
  return Math.round(100 * Math.min(1, Math.sqrt(loudness)));
}

/** So many levels that they tell of the whole recording: each is the loudest of its stretch. */
export function toWaveform(levels: readonly number[], count = WAVEFORM_MAX_LENGTH): number[] {
  const length = Math.min(count, levels.length);
  return Array.from({ length }, (_, index) => {
    const from = Math.floor((index * levels.length) / length);
    const to = Math.floor(((index + 1) * levels.length) / length);
    return Math.max(...levels.slice(from, to));
  });
}
