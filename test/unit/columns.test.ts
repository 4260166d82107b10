import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, fit, widthOf, wrap } from '../../commands/lib/columns.ts';

const text = fc.string({ unit: fc.constantFrom('a', '陈', '７', 'é', ' ', '1', '…'), maxLength: 40 });
const width = fc.integer({ min: 4, max: 40 });

test('every text fits into exactly the columns that it is given', () => {
  fc.assert(
    fc.property(text, width, fc.constantFrom('end', 'middle', 'seconds'), (given, columns, part) => {
      expect(widthOf(fit(given, columns, part))).toBe(columns);
    }),
  );
});

test('a wrapped text has all its words, in lines that fit', () => {
  fc.assert(
    fc.property(text, width, (given, columns) => {
      const lines = wrap(given, columns);

      expect(lines.every((line) => widthOf(line) <= columns)).toBe(true);
      expect(lines.join('').replaceAll(' ', '')).toBe(given.replaceAll(' ', ''));
    }),
  );
});

describe('a text that is too long', () => {
  test.each([
    ['loses its end', 'fang.cheng@nxcloud.com', 10, undefined, 'fang.chen…'],
    ['loses its middle', 'pns#1604763745256783872', 14, 'middle', 'pns#16047…3872'],
    ['loses its seconds', '11-26 14:03:11', 11, 'seconds', '11-26 14:03'],
    ['is never cut within a Chinese character', '陈大文客服', 6, undefined, '陈大…'],
    ['stays whole if it fits', '陈大文', 6, undefined, '陈大文'],
  ] as const)('%s', (_, given, columns, part, wanted) => {
    expect(cut(given, columns, part)).toBe(wanted);
  });
});
