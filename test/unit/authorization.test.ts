import { hash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { beforeEach, expect, test, vi } from 'vitest';
import { isAuthorized } from '../../shared/receiving/authorization.ts';

vi.mock('node:crypto', async (importOriginal) => {
  const crypto = await importOriginal<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});

const compare = vi.mocked(timingSafeEqual);

beforeEach(() => {
  compare.mockClear();
  vi.stubEnv('TOKENS', ['first', 'second', 'third'].map((token) => hash('sha256', token)).join());
});

const authorize = (token: string) =>
  isAuthorized('TOKENS', { headers: { token } } as unknown as APIGatewayProxyEventV2);

test.each([
  ['first', true],
  ['second', true],
  ['third', true],
  ['wrong', false],
])('the token "%s" is compared with every digest, in constant time', (token, expected) => {
  expect(authorize(token)).toBe(expected);
  expect(compare.mock.calls.map(([digest]) => digest.toString())).toEqual(process.env.TOKENS?.split(','));
});

test('only the comparison in constant time admits a token', () => {
  compare.mockReturnValueOnce(false).mockReturnValueOnce(false).mockReturnValueOnce(false);
  expect(authorize('first')).toBe(false);

  compare.mockReturnValueOnce(true);
  expect(authorize('wrong')).toBe(true);
});

test('of several tokens, only the first three are compared', () => {
  expect(authorize('wrong, other,third')).toBe(true);
  expect(authorize('wrong,other,another,third')).toBe(false);

  compare.mockClear();
  authorize('wrong,'.repeat(2_000));
  authorize(Array.from({ length: 2_000 }, (_, n) => `wrong-${n}`).join());
  expect(compare.mock.calls.length).toBeLessThanOrEqual(2 * 3 * 3);
});

test('a token with a comma is one token', () => {
  vi.stubEnv('TOKENS', hash('sha256', 'with,comma'));

  expect(authorize('with,comma')).toBe(true);
});
