import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallEvent } from '../../shared/callbacks/callback.ts';
import { type CallView, viewOf } from '../../shared/calls/view.ts';
import { callbackNamed, callOf } from './calls.ts';

/** A call as the API opens it, without its versions. */
export type Opened = { call: CallView; events: CallEvent[] };

/** The call that bodies make, as the API opens it. */
export const openedOf = (callback: string, ...bodies: (string | object)[]): Opened => {
  const call = callOf(callback, ...bodies);
  const texts = bodies.map((body) => (typeof body === 'string' ? body : JSON.stringify(body)));
  return { call: viewOf(call, undefined), events: callbackNamed(callback).events(texts) };
};

/** The call of test/fixtures/<name>.json, as the API opens it. */
export const openedFixture = (name: string): Opened => {
  const file = join(import.meta.dirname, '..', 'fixtures', `${name}.json`);
  const { callback, bodies } = JSON.parse(readFileSync(file, 'utf8'));
  return openedOf(callback, ...bodies);
};

/** A call that is known by these fields only. */
export const callLike = (fields: Partial<CallView>): CallView => ({
  pk: 'cc#1',
  callback: 'cc',
  id: '1',
  ref: '0123456789abcdef',
  at: '2026-11-26T06:00:00.000Z#0123456789abcdef',
  receivedAt: '2026-11-26T06:10:00.000Z',
  revisedAt: '2026-11-26T06:10:00.000Z',
  versions: 1,
  ...fields,
});
