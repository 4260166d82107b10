import stringWidth from 'string-width';

/** The columns of a text on a terminal: two for each Chinese character. */
export const widthOf = (text: string): number => stringWidth(text);

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const charactersOf = (text: string): string[] => [...graphemes.segment(text)].map(({ segment }) => segment);

/** As many characters from the beginning as fit into the width. */
const headOf = (characters: readonly string[], width: number): string => {
  let [head, taken] = ['', 0];
  for (const character of characters) {
    taken += widthOf(character);
    if (taken > width) break;
    head += character;
  }
  return head;
};

const tailOf = (characters: readonly string[], width: number): string => {
  let [tail, taken] = ['', 0];
  for (const character of characters.toReversed()) {
    taken += widthOf(character);
    if (taken > width) break;
    tail = character + tail;
  }
  return tail;
};

/** Which part of a long text is left out. `seconds`: all beyond the width, without a mark. */
export type Cut = 'end' | 'middle' | 'seconds';

/** The text in at most this many columns. */
export const cut = (text: string, width: number, part: Cut = 'end'): string => {
  if (widthOf(text) <= width) return text;
  const characters = charactersOf(text);
  if (part === 'seconds') return headOf(characters, width);
  const tailWidth = part === 'middle' ? Math.floor((width - 1) / 3) : 0;
  return `${headOf(characters, width - 1 - tailWidth)}…${tailOf(characters, tailWidth)}`;
};

/** The text in exactly this many columns. */
export const fit = (text: string, width: number, part?: Cut): string => {
  const short = cut(text, width, part);
  return short + ' '.repeat(width - widthOf(short));
};

/** The text in lines of at most this many columns, broken at spaces if there are any. */
export const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let rest = text;
  while (widthOf(rest) > width) {
    const head = headOf(charactersOf(rest), width);
    const space = rest[head.length] === ' ' ? head.length : head.lastIndexOf(' ');
    const end = space > 0 ? space : head.length;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
};
