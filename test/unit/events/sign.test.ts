import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { secretsOf, signatureHeaders } from '../../../shared/events/sign.ts';

// The vector that the reference libraries of Standard Webhooks are tested with.
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  seconds: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

const secretOf = (text: string) => `whsec_${Buffer.from(text).toString('base64')}`;
const [OLD, NEW, OTHER] = [
  'the old secret, 24 bytes',
  'the new secret, 24 bytes',
  'of nobody who is asked..',
].map(secretOf) as [string, string, string];

const BODY = '{"id":"evt_1","中":"文"}';
const isVerified = (secret: string, headers: Record<string, string>, body = BODY): boolean => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
};

test('signs as the specification says', () => {
  const { secret, id, seconds, body, signature } = VECTOR;

  expect(signatureHeaders(id, body, [secret], new Date(1000 * seconds))).toEqual({
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signature,
  });
});

test('the reference library verifies a signed body, unless a byte differs', () => {
  const headers = signatureHeaders('evt_1', BODY, [NEW], new Date());

  expect(isVerified(NEW, headers)).toBe(true);
  expect(isVerified(OTHER, headers)).toBe(false);
  expect(isVerified(NEW, headers, BODY.replace('evt_1', 'evt_2'))).toBe(false);
  expect(isVerified(NEW, { ...headers, 'webhook-id': 'evt_2' })).toBe(false);
});

test('during a rotation, endpoints with either secret verify it', () => {
  const headers = signatureHeaders('evt_1', BODY, [NEW, OLD], new Date());

  expect([NEW, OLD, OTHER].map((secret) => isVerified(secret, headers))).toEqual([true, true, false]);
});

test('an endpoint refuses a signature that is over five minutes old, or as far in the future', () => {
  const isTaken = (minutes: number) =>
    isVerified(NEW, signatureHeaders('evt_1', BODY, [NEW], new Date(Date.now() + 60_000 * minutes)));

  expect([-6, -4, 4, 6].map(isTaken)).toEqual([false, true, true, false]);
});

describe('secrets', () => {
  test('are separated by commas, with or without spaces', () => {
    expect(secretsOf(` ${NEW}, ${OLD},`)).toEqual([NEW, OLD]);
    expect(secretsOf('')).toEqual([]);
  });

  test.each(['whsec_', 'whsec_ä', '%%%'])('%j is refused', (written) => {
    expect(() => secretsOf(written)).toThrow();
  });
});
