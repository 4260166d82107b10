import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callbacks } from '../../shared/callbacks/list.ts';
import { CallRecord, Leg, STATUSES } from '../../shared/calls/call.ts';
import { foldCall } from '../../shared/calls/fold.ts';
import { keysOf } from '../../shared/calls/keys.ts';
import { callbackNamed, deliveries } from '../support/calls.ts';
import { DOCUMENTED, documentedBody, type Page } from '../support/documented.ts';

const WITHOUT = ['receivedAt', 'revisedAt', 'versions', 'callback', 'issues'];

/** A call with its keys, as far as a body can change them. */
const callOf = (page: Page, changes?: object): Record<string, unknown> => {
  const call = foldCall(
    callbackNamed(page.callback),
    deliveries(page.callback, [documentedBody(page, changes)]),
  );
  if (call === undefined) return {};
  const all = JSON.parse(JSON.stringify({ ...call, ...keysOf(call, call) }));
  return Object.fromEntries(Object.entries(all).filter(([name]) => !WITHOUT.includes(name)));
};

test('every callback has its documented fields in test/support/documented.ts', () => {
  expect(new Set(Object.values(DOCUMENTED).map(({ callback }) => callback))).toEqual(
    new Set(callbacks.map(({ name }) => name)),
  );
});

const FIELDS = Object.entries(DOCUMENTED).flatMap(([name, page]) =>
  Object.entries(page.fields).map(([field, [, home]]) => ({ name, page, field, home: [home].flat() })),
);

// Without these a body tells of no call, or of another one.
const IDENTITIES = ['callId', 'uuid', 'id', 'requestId', 'code'];

test.each(FIELDS.filter(({ home, field }) => !home.includes('pk') && !IDENTITIES.includes(field)))(
  '$field of the $name lives in $home and nowhere else',
  ({ page, field, home }) => {
    const [whole, without] = [callOf(page), callOf(page, { [field]: undefined })];
    const differing = [...new Set([...Object.keys(whole), ...Object.keys(without)])].filter(
      (name) => JSON.stringify(whole[name]) !== JSON.stringify(without[name]),
    );

    expect(differing.sort()).toEqual(home.toSorted());
  },
);

test.each(FIELDS.filter(({ field }) => IDENTITIES.includes(field)))(
  '$field of the $name identifies the call',
  ({ page, home }) => {
    expect(Object.keys(callOf(page))).toEqual(expect.arrayContaining(home));
  },
);

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'records.md'), 'utf8');
const COLUMNS = callbacks.map(({ name }) => name);

/**
 * The rows of the page's tables with a column for each product: field, and the cell of each
 * product.
 */
const ROWS = PAGE.split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.length === COLUMNS.length + 4 && /^`\w+`$/.test(cells[1] ?? ''))
  .map(([, field = '', , ...cells]) => ({ field: field.replaceAll('`', ''), cells }));

test('docs/records.md has one row for each field of a call', () => {
  expect(ROWS.map(({ field }) => field).sort()).toEqual(Object.keys(CallRecord.entries).sort());
});

test.each(FIELDS)('docs/records.md says where $field of the $name goes', ({ page, field, home }) => {
  const column = COLUMNS.indexOf(page.callback);
  const cells = ROWS.filter((row) => home.includes(row.field)).map((row) => row.cells[column] ?? '');
  const told = home.includes('legs') || home.includes('pk') ? [PAGE] : cells;

  expect(told.filter((text) => text.includes(field)).length).toBeGreaterThan(0);
});

test('docs/records.md has every field of a leg and every status', () => {
  for (const field of Object.keys(Leg.entries)) expect(PAGE).toContain(`| \`${field}\` `);
  for (const status of STATUSES) expect(PAGE).toContain(`\`${status}\``);
});

test('every field of a call has a source', () => {
  const homes = new Set(FIELDS.flatMap(({ home }) => home));

  expect(
    Object.keys(CallRecord.entries).filter((field) => !homes.has(field) && field !== 'direction'),
  ).toEqual([]);
});
