import * as v from 'valibot';
import { callOfKey } from '../callbacks/list.ts';
import { readParameters } from '../calls/parameters.ts';
import { isTestCall, TEST_PREFIX } from '../calls/test-call.ts';
import { refOf } from '../deliveries/ref.ts';
import { removeDeliveries } from '../deliveries/remove.ts';
import type { Route } from './route.ts';

const isOfTestCall = (pk: string): boolean => isTestCall(callOfKey(pk)?.id ?? '');

const ONE = {
  pk: v.pipe(
    v.string(),
    v.maxBytes(2048, 'must have at most 2048 bytes'),
    v.check(isOfTestCall, `must be of a test call, whose id begins with ${TEST_PREFIX}`),
    v.description(`The key of a test call, like \`pns#call:${TEST_PREFIX}1\`.`),
  ),
};

const Removed = v.object({
  removed: v.pipe(v.number(), v.integer(), v.description('How many bodies it had.')),
});

export const removeCall: Route = {
  method: 'DELETE',
  path: '/api/call',
  operation: 'removeTestCall',
  summary: 'Removes a made-up call that tried a callback. Real calls cannot be removed.',
  parameters: ONE,
  answer: Removed,
  notFound: 'The call does not exist',
  handle: async (query, { audit, abortSignal }): Promise<v.InferOutput<typeof Removed> | undefined> => {
    const { pk } = readParameters(ONE, query);
    const removed = await removeDeliveries(pk, abortSignal);
    if (removed === 0) return undefined;
    audit({ action: 'test-removed', ref: refOf(pk) });
    return { removed };
  },
};
