import type { GivenFile } from "@/client/files/upload";
import { levelOf, toWaveform } from "./waveform-levels";

const LEVEL_INTERVAL_MS = 60;
/** What browsers can record, the smallest first. */
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const ENDINGS: Record<string, string> = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" };

export type Recording = {
  /** Ends it. @returns the voice note. */
  stop(): Promise<GivenFile>;
  /** Ends it and forgets it. */
  cancel(): void;
};

/** Whether this browser records: over plain http it does not let a page hear. */
export function canRecord(): boolean {
  return typeof MediaRecorder === "function" && navigator.mediaDevices?.getUserMedia !== undefined;
}

/**
 * Asks for the microphone and begins to record.
 * @param onLevel how loud it is now, from 0 to 100, and since when it records, several times a second.
 * @throws DOMException when there is no microphone, or it is not allowed.
 */
export async function startRecording(onLevel: (level: number, elapsedMs: number) => void): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
  });
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { ...(mimeType && { mimeType }), audioBitsPerSecond: 32_000 });
  const chunks: Blob[] = [];
  const levels: number[] = [];
  recorder.ondataavailable = ({ data }) => void chunks.push(data);

  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const startedAt = performance.now();
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const level = levelOf(samples);
    levels.push(level);
    onLevel(level, performance.now() - startedAt);
  }, LEVEL_INTERVAL_MS);
  recorder.start(1_000);

  function release(): void {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  }

  return {
    async stop() {
      const durationMs = Math.round(performance.now() - startedAt);
      await new Promise<void>((resolve) => {
        recorder.onstop = () => resolve();
        recorder.stop();
      });
      release();
      const type = recorder.mimeType.split(";", 1)[0] || "audio/webm";
      const blob = new Blob(chunks, { type });
      const name = `Voice note ${nameOfMoment(new Date())}.${ENDINGS[type] ?? "webm"}`;
      return { blob, name, voice: true, details: { durationMs, waveform: toWaveform(levels) } };
    },
    cancel() {
      recorder.onstop = null;
      recorder.stop();
      release();
    },
  };
}

/** "2026-05-12 14.05", by this device's clock. */
function nameOfMoment(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${day} ${two(moment.getHours())}.${two(moment.getMinutes())}`;
}
