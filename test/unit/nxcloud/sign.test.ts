import { describe, expect, test } from 'vitest';
import { signedHeaders } from '../../../shared/nxcloud/sign.ts';
import { isSigned } from '../../support/nxcloud-provider.ts';
import { EXAMPLE, SIGNATURES } from '../../support/nxcloud-signatures.ts';

const { credentials, ts } = EXAMPLE;

describe.each(SIGNATURES)('the example of $of, by $algorithm', ({ algorithm, sign, body, ...request }) => {
  test('is signed as it is documented', () => {
    expect(signedHeaders(credentials, { ...request, body }, new Date(ts), algorithm)).toEqual({
      'content-type': 'application/json',
      accessKey: credentials.accessKey,
      ts: String(ts),
      bizType: String(request.bizType),
      action: request.action,
      algorithm,
      sign,
    });
  });

  test('is verified by the provider of the tests, and no other', () => {
    const { accessKey, accessSecret } = credentials;
    const { action, bizType } = request;
    const headers = {
      accesskey: accessKey,
      ts: String(ts),
      biztype: String(bizType),
      action,
      algorithm,
      sign,
    };
    const verify = (bytes: string, changed = {}, secret = accessSecret) =>
      isSigned({ headers: { ...headers, ...changed } }, Buffer.from(bytes), { accessSecret: secret });

    expect(verify(body)).toBe(true);
    expect([verify(`${body} `), verify(body, { ts: String(ts + 1) }), verify(body, {}, 'other')]).toEqual([
      ...[false, false, false],
    ]);
  });
});

test('a request without a body is signed without one', () => {
  const { sign } = signedHeaders(credentials, { bizType: 1, action: 'send', body: '' }, new Date(ts));
  const headers = { accesskey: credentials.accessKey, biztype: '1', action: 'send', ts: String(ts), sign };

  expect(isSigned({ headers }, Buffer.alloc(0), credentials)).toBe(true);
});

test('the secret is in no header', () => {
  const headers = signedHeaders(credentials, { bizType: 8, action: 'cc', body: '{}' }, new Date());

  expect(JSON.stringify(headers)).not.toContain(credentials.accessSecret);
});
