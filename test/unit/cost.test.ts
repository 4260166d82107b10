import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { costTables, PARTS, totalOf } from '../../commands/lib/cost.ts';
import { callOfKey } from '../../shared/callbacks/list.ts';
import { foldCall } from '../../shared/calls/fold.ts';
import { itemOf } from '../../shared/calls/item.ts';
import { deliveries } from '../support/calls.ts';
import { ROOT } from '../support/run.ts';
import { samples } from '../support/samples.ts';

const perCallback = (name: string): number => {
  const part = PARTS.find((each) => each.name === name);
  if (part === undefined) throw new Error(`nothing is billed as ${name}`);
  return part.perMillion;
};

const writeUnits = (item: object): number => Math.ceil(Buffer.byteLength(JSON.stringify(item)) / 1024);
const mean = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

const received = samples.flatMap(({ callback, body }) => deliveries(callback, [body]));

test('docs/cost.md has the figures that npm run cost prints', () => {
  expect(readFileSync(join(ROOT, 'docs', 'cost.md'), 'utf8')).toContain(`\n${costTables()}\n`);
});

test('a stage that nobody calls costs at most $8 a month', () => {
  expect(totalOf(0)).toBeLessThanOrEqual(8);
});

test('a million calls of a product with one body a call cost at most $12 on top', () => {
  expect(totalOf(1) - totalOf(0)).toBeLessThanOrEqual(12);
});

test('the samples are written in as many units as are billed for deliveries', () => {
  expect(Math.abs(mean(received.map(writeUnits)) - perCallback('Writes of deliveries'))).toBeLessThan(0.2);
});

test('the calls of the samples, in their table and its indexes, are written in as many units as are billed for calls', () => {
  const units = received.flatMap((delivery) => {
    const owner = callOfKey(delivery.pk);
    const call = owner && foldCall(owner.callback, [delivery]);
    if (call === undefined) return [];
    const item = itemOf(call);
    const { slot, callerKey, calleeKey, legKey, agentKey, otherId } = item;
    const indexes = [slot, callerKey, calleeKey, legKey, agentKey, otherId].filter(
      (key) => key !== undefined,
    );
    return [writeUnits(item) * (1 + indexes.length)];
  });

  expect(Math.abs(mean(units) - perCallback('Writes of calls'))).toBeLessThan(1);
});
