import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callbacks } from '../../shared/callbacks/list.ts';
import { CallRecord } from '../../shared/calls/record.ts';
import { DOCUMENTED } from '../support/documented.ts';
import { type Item, stored } from '../support/pipeline.ts';
import { ROOT } from '../support/run.ts';

const ALWAYS = ['pk', 'sk', 'callback', 'id', 'receivedAt', 'body', 'bodyHash'];

// Digits, which are an id to every callback, be it text or a number.
const uniqueId = () => String(randomInt(2 ** 47));

const itemFrom = (callback: string, fields: Record<string, unknown>): Promise<Item> => {
  const id = uniqueId();
  const payload = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value === '<id>' ? id : value]),
  );
  return stored(callback, callback === 'icc' ? { data: payload } : payload);
};

test('every callback has its documented fields in test/support/documented.ts', () => {
  expect(Object.keys(DOCUMENTED).sort()).toEqual(callbacks.map(({ name }) => name).sort());
});

test.each(Object.keys(DOCUMENTED))(
  'has exactly one home for every documented field of %s',
  async (callback) => {
    const documented = DOCUMENTED[callback] ?? {};
    const values = Object.fromEntries(Object.entries(documented).map(([name, [value]]) => [name, value]));
    const whole = await itemFrom(callback, values);
    const homes = Object.values(documented).flatMap(([, home]) => home);

    expect(Object.keys(whole).sort()).toEqual([...new Set([...ALWAYS, ...homes])].sort());
  },
);

const OPTIONAL = Object.entries(DOCUMENTED).flatMap(([callback, fields]) =>
  Object.entries(fields)
    .filter(([, [, home]]) => ![home].flat().some((attribute) => ['pk', 'sk'].includes(attribute)))
    .map(([field, [, home]]) => ({ callback, field, home: [home].flat() })),
);

test.each(OPTIONAL)(
  '$field of $callback lives in $home and nowhere else',
  async ({ callback, field, home }) => {
    const documented = DOCUMENTED[callback] ?? {};
    const values = Object.fromEntries(Object.entries(documented).map(([name, [value]]) => [name, value]));
    const whole = await itemFrom(callback, values);
    const without = await itemFrom(callback, { ...values, [field]: undefined });

    const names = [...new Set([...Object.keys(whole), ...Object.keys(without)])];
    const own = [...ALWAYS, ...Object.values(documented).flatMap(([v, h]) => (v === '<id>' ? h : []))];
    const differing = names.filter(
      (name) => !own.includes(name) && JSON.stringify(whole[name]) !== JSON.stringify(without[name]),
    );
    expect(differing.sort()).toEqual(home.toSorted());
  },
);

test.each(Object.keys(CallRecord.entries))('docs/records.md explains %s', (field) => {
  expect(readFileSync(join(ROOT, 'docs', 'records.md'), 'utf8')).toContain(`\`${field}\``);
});
