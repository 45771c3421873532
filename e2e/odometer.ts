import type { JSHandle, Locator } from "@playwright/test";

type Odometer = { travelled: number; backwards: number; seen: Set<string> };

/**
 * Watches a conversation from frame to frame, as an eye does: how far its text has moved down the screen
 * altogether, whether it ever moved up, and which messages there were.
 */
export async function startOdometer(log: Locator) {
  const odometer: JSHandle<Odometer> = await log.evaluateHandle((log) => {
    const odometer = { travelled: 0, backwards: 0, seen: new Set<string>() };
    const look = () => {
      const places = new Map<string, number>();
      for (const row of log.querySelectorAll("article")) {
        const text = row.querySelector("p")?.textContent ?? "";
        odometer.seen.add(text);
        places.set(text, row.getBoundingClientRect().top);
      }
      return places;
    };
    let before = look();
    // A message later: what was painted is measured, not what was about to be.
    const afterPaint = new MessageChannel();
    const watch = () => requestAnimationFrame(() => afterPaint.port2.postMessage(null));
    afterPaint.port1.onmessage = () => {
      const places = look();
      for (const [text, place] of places) {
        const placeBefore = before.get(text);
        if (placeBefore === undefined) continue;
        const moved = place - placeBefore;
        odometer.travelled += moved;
        odometer.backwards += Math.max(0, -moved);
        break;
      }
      before = places;
      watch();
    };
    watch();
    return odometer;
  });

  return {
    /** Pixels down the screen, to the nearest one. */
    travelled: () => odometer.evaluate(({ travelled }) => Math.round(travelled)),
    /** Resolves when the text has not moved for so many frames. */
    atRest: (frames = 15) =>
      odometer.evaluate(async (odometer, frames) => {
        for (let still = 0, before = odometer.travelled; still < frames; still++) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
          if (odometer.travelled !== before) still = 0;
          before = odometer.travelled;
        }
      }, frames),
    backwards: () => odometer.evaluate(({ backwards }) => Math.round(backwards)),
    seen: async () => new Set(await odometer.evaluate(({ seen }) => [...seen])),
  };
}
