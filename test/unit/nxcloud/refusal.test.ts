import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { refused } from '../../../shared/nxcloud/refusal.ts';
import { reasonOf } from '../../../shared/telemetry/logger.ts';

const accessSecret = 'the-secret';
const by = (code: number, msg = '') => refused(code, msg, { accessSecret });

describe('what must be corrected is said, and not tried again', () => {
  test.each([
    [1000, 'it says nothing else'],
    [1001, 'a proxy on the way'],
    [1002, 'does not accept a parameter'],
    [1003, 'npm run secret'],
    [1004, 'set the clock'],
    [
      1005,
      'NXCLOUD_GATEWAY does not know NXCLOUD_ACCESS_KEY (each region has its own gateway), or its account has no Call Center',
    ],
    [1009, 'it says nothing else'],
    [41000, 'does not accept the period'],
  ])('%i', (code, advice) => {
    const refusal = by(code);

    expect(refusal.message).toContain(`NXCloud answered ${code}: `);
    expect(refusal.message).toContain(advice);
    expect(refusal).toMatchObject({ isFinal: true, code });
  });
});

test.each([88, 99, 1010, 500])('%i may go away', (code) =>
  expect(by(code)).toMatchObject({ isFinal: false, code }),
);

test('what NXCloud says is repeated', () => {
  expect(by(41000, 'End date cannot be empty').message).toContain('; it says "End date cannot be empty"');
  expect(by(99, 'system busy').message).toBe('NXCloud answered 99: it says "system busy"');
});

test('no number, identity or secret that it repeats gets into the error, nor a long text', () => {
  const texts = [
    'no call 6605fcd9563616c6c009c6240',
    'caller=+85238531117 unknown',
    `sign of ${accessSecret}`,
  ];
  const shown = texts.map((text) => inspect(by(1002, text))).join();

  expect(shown).not.toMatch(/6605fcd9|8523|the-secret/);
  expect(shown).toContain('no call …');
  expect(by(99, 'x1'.repeat(2 ** 21)).message.length).toBeLessThan(300);
});

test('a log says the code', () => expect(reasonOf(by(1005, 'a secret'))).toBe('Unlisted 1005'));
