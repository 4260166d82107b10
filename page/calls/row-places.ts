import { DAY_HEIGHT, type Line } from './virtual.ts';

/** The position of the row before a line, which is the cursor for requesting what follows. */
export const placeAbove = (lines: readonly Line[], from: number): string | undefined => {
  for (let n = from - 1; n >= 0; n -= 1) {
    const line = lines[n];
    if (line && 'row' in line) return line.row.at;
  }
  return undefined;
};

/** The index of the first row at or after a line. */
export const firstSeen = (lines: readonly Line[], from: number): number => {
  const line = lines.slice(from).find((one) => 'row' in one);
  return line && 'index' in line ? line.index : 0;
};

/** The day of a line. */
export const dayAt = (lines: readonly Line[], from: number): string | undefined => {
  for (let n = from; n >= 0; n -= 1) {
    const line = lines[n];
    if (line && 'day' in line) return line.day;
  }
  return undefined;
};

export const linkOf = (body: HTMLElement | null, pk: string): HTMLElement | undefined =>
  [...(body?.querySelectorAll<HTMLElement>('a[data-pk]') ?? [])].find((link) => link.dataset.pk === pk);

const HEAD_PX = 66;

/** Scrolls no further than necessary to show a row. */
export const reveal = (
  scroller: HTMLElement | null,
  body: HTMLElement | null,
  lines: readonly Line[],
  pk: string,
): void => {
  const line = lines.find(({ key }) => key === pk);
  if (!scroller || !body || !line) return;
  const top = body.offsetTop + line.top;
  if (top - HEAD_PX < scroller.scrollTop) scroller.scrollTop = line.top === DAY_HEIGHT ? 0 : top - HEAD_PX;
  const bottom = top + line.height;
  if (bottom > scroller.scrollTop + scroller.clientHeight)
    scroller.scrollTop = bottom - scroller.clientHeight;
};
