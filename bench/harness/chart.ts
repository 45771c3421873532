import type { Chart } from "./report";
import { summarize } from "./statistics";

const WIDTH = 860;
const LABEL_WIDTH = 230;
const VALUE_WIDTH = 150;
const BAR_HEIGHT = 18;
const BAR_GAP = 4;
const GROUP_GAP = 30;
const TOP = 64;

export type Bar = { label: string; values: number[]; ours?: boolean };
export type Group = { label: string; bars: Bar[] };

/** Horizontal bars in groups, each the median of its rounds with a whisker over their range. Readable on light and dark. */
export function barChart(options: {
  file: string;
  title: string;
  subtitle: string;
  groups: Group[];
  format: (value: number) => string;
}): Chart {
  const { file, title, subtitle, groups, format } = options;
  const largest = Math.max(...groups.flatMap(({ bars }) => bars.flatMap(({ values }) => values)));
  const scale = (value: number) => (value / largest) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH);
  const parts: string[] = [];
  let y = TOP;
  for (const { label, bars } of groups) {
    parts.push(text(LABEL_WIDTH, y + 4, label, "group"));
    y += 14;
    for (const bar of bars) {
      const { median, min, max } = summarize(bar.values);
      const middle = y + BAR_HEIGHT / 2;
      parts.push(
        text(LABEL_WIDTH - 10, middle + 4, bar.label, bar.ours ? "label ours-label" : "label"),
        `<rect class="${bar.ours ? "ours" : "theirs"}" x="${LABEL_WIDTH}" y="${y}" width="${round(scale(median))}" height="${BAR_HEIGHT}" rx="3"/>`,
        text(LABEL_WIDTH + scale(max) + 8, middle + 4, format(median), bar.ours ? "value ours-label" : "value"),
      );
      if (bar.values.length > 1) {
        const [from, to] = [round(LABEL_WIDTH + scale(min)), round(LABEL_WIDTH + scale(max))];
        parts.push(
          `<path class="whisker" d="M${from} ${middle}H${to}M${from} ${middle - 4}v8M${to} ${middle - 4}v8"/>`,
        );
      }
      y += BAR_HEIGHT + BAR_GAP;
    }
    y += GROUP_GAP - BAR_GAP;
  }
  const height = y - GROUP_GAP + 28;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<style>${STYLE}</style>
<rect class="page" width="${WIDTH}" height="${height}" rx="10"/>
${text(24, 30, title, "title")}
${text(24, 48, subtitle, "subtitle")}
${parts.join("\n")}
</svg>
`;
  const alt = `${title}: ${groups
    .map(
      ({ label, bars }) =>
        `${label}: ${bars.map((bar) => `${bar.label} ${format(summarize(bar.values).median)}`).join(", ")}`,
    )
    .join("; ")}`;
  return { file, alt, svg };
}

const STYLE = `
text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#3d4451}
.page{fill:#fbfbfa}.title{font-size:16px;font-weight:600;fill:#16191f}.subtitle{font-size:12px;fill:#697080}
.group{font-weight:600;fill:#16191f}.label{text-anchor:end}.ours-label{font-weight:600;fill:#16191f}
.ours{fill:#0f7b6c}.theirs{fill:#b9bec8}.whisker{stroke:#16191f;stroke-opacity:.55;fill:none}
@media (prefers-color-scheme:dark){text{fill:#b6bcc8}.page{fill:#15181d}.title,.group,.ours-label{fill:#f2f4f7}
.subtitle{fill:#8b93a3}.ours{fill:#35b8a2}.theirs{fill:#4a515e}.whisker{stroke:#f2f4f7}}`.trim();

function text(x: number, y: number, content: string, className: string): string {
  return `<text class="${className}" x="${round(x)}" y="${round(y)}">${escapeXml(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
