import type { Bar } from './report.ts';

const COLORS: Record<string, string> = {
  runtime: '#9aa5b1',
  load: '#3e7cb1',
  prepare: '#f2a541',
  'first call': '#c8553d',
};
const WIDTH = 760;
const LABEL = 170;
const ROW = 26;

/** The bars as SVG: cold start by part, in milliseconds. */
export const picture = (bars: Bar[]): string => {
  const total = ({ parts }: Bar) => parts.reduce((sum, { ms }) => sum + ms, 0);
  const scale = (WIDTH - LABEL - 60) / Math.max(...bars.map(total));
  const row = (bar: Bar, index: number): string => {
    const y = 40 + index * ROW;
    let x = LABEL;
    const parts = bar.parts.map(({ name, ms }) => {
      const width = Math.max(0, ms) * scale;
      const rectangle = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="18" fill="${COLORS[name]}"><title>${name} ${ms.toFixed(1)} ms</title></rect>`;
      x += width;
      return rectangle;
    });
    const label = `<text x="${LABEL - 8}" y="${y + 14}" text-anchor="end">${bar.name}</text>`;
    const sum = `<text x="${(x + 6).toFixed(1)}" y="${y + 14}">${total(bar).toFixed(0)} ms</text>`;
    return [label, ...parts, sum].join('');
  };
  const legend = Object.entries(COLORS).map(
    ([name, color], index) =>
      `<rect x="${LABEL + index * 110}" y="12" width="12" height="12" fill="${color}"/><text x="${LABEL + index * 110 + 18}" y="22">${name}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${50 + bars.length * ROW}" font-family="sans-serif" font-size="12" role="img" aria-label="Cold start by part">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...legend,
    ...bars.map(row),
    '</svg>',
    '',
  ].join('\n');
};
