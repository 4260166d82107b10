import { randomInt, randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { callbacks } from '../../../shared/callbacks/list.ts';
import { get } from '../../support/api.ts';
import { post } from '../../support/pipeline.ts';

const bodyOf = (callback: string, caller: string): object => {
  const id = randomUUID();
  if (callback === 'icc') return { data: { id, callingNumber: caller } };
  if (callback === 'predictive')
    return { uuid: id, type: 2, state: 1, time: Math.floor(Date.now() / 1000), callphone: caller };
  return { callId: id, caller };
};

test.each(callbacks.map(({ name }) => name))(
  'a call posted to %s is listed, and can be opened',
  async (callback) => {
    const number = `852${randomInt(10_000_000, 99_999_999)}`;
    const { body } = await post(callback, bodyOf(callback, number));
    const listed = await vi.waitUntil(async () => (await get('/api/calls', { number })).body.calls[0], {
      timeout: 150_000,
      interval: 50,
    });
    const { body: opened } = await get('/api/call', { pk: listed.pk });

    expect(listed.pk).toBe(body.id);
    expect(opened.call).toMatchObject({ pk: body.id, at: listed.at, versions: 1 });
  },
);
