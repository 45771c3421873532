const SEATS = 12;
const YOURS = 9;

/** The mark's circle drawn large, as a watermark; one seat glows. */
export function SeatRing({ className }: { className: string }) {
  return (
    <svg viewBox="0 0 400 400" aria-hidden className={className} fill="currentColor">
      {Array.from({ length: SEATS }, (_, seat) => {
        const angle = (seat / SEATS) * 2 * Math.PI;
        const x = Math.round(200 + 150 * Math.sin(angle));
        const y = Math.round(200 - 150 * Math.cos(angle));
        return (
          <circle
            key={angle}
            cx={x}
            cy={y}
            r={23}
            className={seat === YOURS ? "fill-mark-yours/35 dark:fill-mark-yours/25" : undefined}
          />
        );
      })}
    </svg>
  );
}
