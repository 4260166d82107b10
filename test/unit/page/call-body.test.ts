import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prettyJson } from '../../../page/call/pretty-json.ts';
import { rawBodyOf } from '../../../page/call/raw-body.ts';
import { samples } from '../../support/samples.ts';

const RUNS = { seed: 20_261_126, numRuns: 500 };

/** The tokens of JSON text, one after the other: what must survive. */
const tokensOf = (json: string): string => {
  let [tokens, inText, escaped] = ['', false, false];
  for (const character of json) {
    if (inText || !/\s/.test(character)) tokens += character;
    if (character === '"' && !escaped) inText = !inText;
    escaped = inText && character === '\\' && !escaped;
  }
  return tokens;
};

describe('a body made readable', () => {
  test('has a line for each value', () => {
    expect(prettyJson('{"a":[1,{}],"b":{"c":"x, y: {z}"},"d":[]}')).toBe(
      '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": {\n    "c": "x, y: {z}"\n  },\n  "d": []\n}',
    );
  });

  test('equals JSON.stringify for values that a double can hold', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (json) => {
        expect(prettyJson(json)).toBe(JSON.stringify(JSON.parse(json), undefined, 2));
      }),
      RUNS,
    );
  });

  test.each(samples.map(({ file, body }) => [file, body]))('keeps every token of %s', (_file, body) => {
    expect(tokensOf(prettyJson(body) ?? '')).toBe(tokensOf(body));
  });

  test.each([
    '1688363452814331904',
    '87462158132343186600590049',
    '0.035000',
    '-0',
    '8.5E10',
    '"\\u4e2d\\/\\""',
  ])('keeps %s as written', (written) => {
    expect(prettyJson(`{"a":${written}}`)).toBe(`{\n  "a": ${written}\n}`);
  });

  test('keeps a repeated key', () => {
    expect(prettyJson('{"a":1,"a":2}')).toBe('{\n  "a": 1,\n  "a": 2\n}');
  });

  test('removes a byte-order mark, and leaves text that is not JSON unchanged', () => {
    expect(prettyJson('\ufeff{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(prettyJson('{"a":1')).toBeUndefined();
    expect(prettyJson('')).toBeUndefined();
  });

  test('has a bounded length, however deep 128 KB are nested', () => {
    const deep = '['.repeat(65_536) + ']'.repeat(65_536);

    expect(prettyJson(deep)?.length).toBeLessThan(8_000_000);
    expect(tokensOf(prettyJson(deep) ?? '')).toBe(deep);
  });
});

test('a body that was not UTF-8 is read as GB18030', () => {
  const bytes = Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xd6, 0xd0, 0xce, 0xc4, 0x22, 0x7d]);
  const received = bytes.toString('base64');

  expect(rawBodyOf({ body: received, bodyEncoding: 'base64' })).toEqual({
    received,
    encoding: 'base64',
    readable: '{\n  "a": "中文"\n}',
  });
  expect(rawBodyOf({ body: '***', bodyEncoding: 'base64' })).toEqual({ received: '***', encoding: 'base64' });
});

test('a body that is not JSON is shown only as received', () => {
  expect(rawBodyOf({ body: 'a=1&b=2' })).toEqual({ received: 'a=1&b=2' });
});
