import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Leg } from '../../../shared/calls/call.ts';
import { LONG_FIELDS } from '../../../shared/calls/item.ts';
import { CallView } from '../../../shared/calls/view.ts';
import { columns } from '../../../shared/exports/columns.ts';
import { callOf } from '../../support/calls.ts';
import { DOCUMENTED, documentedBody } from '../../support/documented.ts';
import { listedCall } from '../../support/exports.ts';
import { ROOT } from '../../support/run.ts';

const NAMES = columns.map(({ name }) => name);
const page = readFileSync(join(ROOT, 'docs', 'records.md'), 'utf8');

const isOfLeg = (name: string) => /^leg[12]/.test(name);

test('are the fields of the dictionary in its order, except the long ones', () => {
  const documented = page
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 8)
    .flatMap(([, field = '']) => /^`(\w+)`$/.exec(field)?.slice(1) ?? [])
    .filter((field) => !LONG_FIELDS.some((long) => long === field));

  expect(documented.length).toBeGreaterThan(50);
  expect(NAMES.filter((name) => !isOfLeg(name)).slice(0, documented.length)).toEqual(documented);
});

test('are all fields of a call in a list, each once', () => {
  expect(NAMES.filter((name) => !isOfLeg(name)).sort()).toEqual(
    Object.keys(CallView.entries)
      .filter((field) => !LONG_FIELDS.some((long) => long === field))
      .sort(),
  );
  expect(new Set(NAMES).size).toBe(NAMES.length);
});

test('have different names in each language', () => {
  for (const language of ['en', 'zh'] as const)
    expect(new Set(columns.map(({ label }) => label[language])).size).toBe(columns.length);
});

test('have a column for each field of both legs of a PNS call, and say how many legs there are', () => {
  const fields = Object.keys(Leg.entries);
  // What became of its recording is no field of its body.
  expect(NAMES.filter(isOfLeg)).toHaveLength(2 * (fields.length + 1));

  const legList = [
    { callType: 1, caller: '85235757583', uuid: 'leg-a', callStartAt: 1727419280, hangupType: 1 },
    { callType: 2, callee: '85238533300', duration: 53 },
  ];
  const call = listedCall(callOf('pns', { callId: '4711', legList }));
  const cells = Object.fromEntries(columns.map(({ name, cell }) => [name, cell(call)]));

  expect(cells).toMatchObject({
    legs: 2,
    leg1: 'caller',
    leg1LegId: 'leg-a',
    leg1Caller: '85235757583',
    leg1StartedAt: '2024-09-27T06:41:20.000Z',
    leg1HungUp: true,
    leg2: 'callee',
    leg2Callee: '85238533300',
    leg2TalkSeconds: 53,
  });
});

// Every documented field that is in the item of a call.
test.each(Object.entries(DOCUMENTED))('have every field of the item of a %s', (_name, documented) => {
  const call = listedCall(callOf(documented.callback, documentedBody(documented)));
  const filled = columns.filter(({ cell }) => cell(call) !== undefined).map(({ name }) => name);
  const item = JSON.parse(JSON.stringify(call)) as object;

  expect(filled.filter((name) => !isOfLeg(name)).sort()).toEqual(Object.keys(item).sort());
});

test('have the states of recordings', () => {
  const call: CallView = {
    ...listedCall(callOf('pns', { callId: '4711', legList: [{ callType: 1 }, { callType: 2 }] })),
    recording: { state: 'archived', key: 'recordings/1.mp3', bytes: 7 },
    legs: [{ leg: 'caller' }, { leg: 'callee', recording: { state: 'failed', reason: 'status 404' } }],
  };
  const cells = Object.fromEntries(columns.map(({ name, cell }) => [name, cell(call)]));

  expect(cells).toMatchObject({ recording: 'archived', leg1Recording: undefined, leg2Recording: 'failed' });
});

test('have lists and issues as text', () => {
  const call = listedCall(
    callOf('cc', { callId: '1', dtmfKeys: '1,2,#', callDuration: 'x', ringDuration: 'y' }),
  );
  const cellOf = (name: string) => columns.find((column) => column.name === name)?.cell(call);

  expect(cellOf('dtmf')).toBe('1,2,#');
  expect(cellOf('issues')).toBe(call.issues?.map(({ path, message }) => `${path} ${message}`).join('; '));
});
