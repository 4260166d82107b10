import { expect, test } from 'vitest';
import { testCall } from '../../../page/status/test-bodies.ts';
import { callbacks } from '../../../shared/callbacks/list.ts';
import { isTestCall } from '../../../shared/calls/test-call.ts';
import { callOf } from '../../support/calls.ts';

test.each(callbacks)('the page makes a test call of $name, marked as a test', ({ name }) => {
  const call = callOf(name, ...testCall(name).bodies);

  expect(isTestCall(call.id)).toBe(true);
  expect(call).toMatchObject({ answered: true, talkSeconds: 6 });
  expect(call.issues).toBeUndefined();
});
