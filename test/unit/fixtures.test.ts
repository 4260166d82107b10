import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callOf } from '../support/calls.ts';

type Fixture = { callback: string; bodies: object[]; pk: string; call: object };

const FOLDER = join(import.meta.dirname, '..', 'fixtures');
const fixtures = readdirSync(FOLDER).map((file): [string, Fixture] => [
  file.replace('.json', ''),
  JSON.parse(readFileSync(join(FOLDER, file), 'utf8')),
]);

const ABOUT_DELIVERIES = { callback: '', id: '', ref: '', receivedAt: '', revisedAt: '', versions: 0 };

test.each(fixtures)('makes the expected call of the published sample %s', (_name, fixture) => {
  const { pk, ...call } = callOf(fixture.callback, ...fixture.bodies);
  const record = Object.fromEntries(Object.entries(call).filter(([name]) => !(name in ABOUT_DELIVERIES)));

  expect(record).toEqual(fixture.call);
  expect(pk).toBe(fixture.pk);
  expect(call.versions).toBe(fixture.bodies.length);
});
