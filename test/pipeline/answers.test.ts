import { hash, randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { handler as cc } from '../../functions/cc.ts';
import { callAt, deliveriesOf, deliveryAt, post } from '../support/pipeline.ts';

const context = { awsRequestId: 'test' } as Context;

const callDirectly = (event: Partial<APIGatewayProxyEventV2>) =>
  cc({ headers: { token: 'local' }, ...event } as APIGatewayProxyEventV2, context);

const rejectedItem = (callback: string, body: string | Buffer) =>
  deliveryAt(`rejected#${callback}`, hash('sha256', body));

describe('200', () => {
  test('names the record that was accepted', async () => {
    const id = randomUUID();

    expect(await post('icc', { data: { id } })).toMatchObject({
      status: 200,
      body: { status: 'accepted', id: `icc#${id}` },
    });
  });

  test.each(['token', 'Token', 'TOKEN'])('accepts the token from the header %s', async (name) => {
    const headers = { [name]: 'local' };

    expect(await post('cc', { callId: randomUUID() }, { query: '', headers })).toMatchObject({ status: 200 });
  });

  test('accepts a token that API Gateway joined with its duplicate', async () => {
    const answer = await callDirectly({
      body: JSON.stringify({ callId: randomUUID() }),
      headers: { token: 'wrong,local' },
    });

    expect(answer.statusCode).toBe(200);
  });

  test('ignores the content type', async () => {
    const headers = { 'content-type': 'text/plain' };

    expect(await post('icc', { data: { id: randomUUID() } }, { headers })).toMatchObject({ status: 200 });
  });

  test('reads a body that API Gateway encoded in base64', async () => {
    const body = JSON.stringify({ callId: randomUUID(), other: '转人工' });
    const answer = await callDirectly({ body: Buffer.from(body).toString('base64'), isBase64Encoded: true });

    expect(answer.statusCode).toBe(200);
    expect(await deliveriesOf(JSON.parse(answer.body ?? '').id)).toMatchObject([{ body }]);
  });

  test('names every field that could not be read, and keeps the call', async () => {
    const callId = randomUUID();
    const body = {
      callId,
      duration: 'six',
      startAt: 'yesterday',
      caller: { number: 1 },
      callee: '85238533300',
    };
    const issues = [
      { path: 'caller', message: 'must be text' },
      { path: 'startAt', message: expect.stringContaining('must be a time') },
      { path: 'duration', message: expect.stringContaining('must be a duration') },
    ];

    expect(await post('pns', body)).toEqual({
      status: 200,
      body: { status: 'accepted', id: `pns#call:${callId}`, issues },
      headers: expect.anything(),
    });
    expect(await callAt(`pns#call:${callId}`)).toMatchObject({ callee: '85238533300', issues });
  });
});

describe('400', () => {
  test.each([
    ['cc', {}, 'callId'],
    ['icc', { data: { id: null } }, 'data.id'],
    ['pns', { id: '', callId: null }, 'id'],
    ['predictive', { type: 1, state: 1, time: 1, callid: '104906' }, 'uuid'],
    // Few characters, 2,100 bytes.
    ['cc', { callId: '转'.repeat(700) }, 'callId'],
  ])('refuses %s %j, which nothing identifies, at %s', async (callback, payload, path) => {
    expect(await post(callback, payload)).toMatchObject({
      status: 400,
      body: { error: 'invalid_payload', issues: [{ path }] },
    });
  });

  test.each([
    ['', 'is empty'],
    ['   ', 'is empty'],
    ['{"callId":', /^is not JSON/],
    ['callId=1', /^is not JSON/],
    ['[{"callId":"1"}]', 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    ['"text"', 'is not a JSON object'],
  ])('keeps a body that is not an object once, however often it is sent: %j', async (body, message) => {
    const answers = await Promise.all([1, 2, 3].map(() => post('cc', body)));

    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 400,
        body: { error: 'invalid_payload', issues: [{ path: '' }] },
      });
      expect((answer.body.issues as { message: string }[])[0]?.message).toMatch(message);
    }
    expect(await rejectedItem('cc', body)).toMatchObject({
      body,
      bodyHash: hash('sha256', body),
      callback: 'cc',
    });
  });

  test.each(['{"callId":😀😀', '{"callId":a😀😀😀😀😀😀', '{"callId":85235757581 85235757581}'])(
    'does not quote the body %s in its issues',
    async (body) => {
      const answer = await post('cc', body);
      const [issue] = answer.body.issues as { message: string }[];

      expect(issue?.message).toMatch(/^is not JSON( at position \d+)?$/);
    },
  );

  test('stores a refused body once, with its issues and an expiry', async () => {
    const body = JSON.stringify({ caller: randomUUID() });
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('cc', body)));
    const rejected = (await deliveriesOf('rejected#cc')).filter((item) => item.body === body);

    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(400));
    expect(rejected).toHaveLength(1);
    expect(rejected[0]).toMatchObject({
      sk: hash('sha256', body),
      issues: [{ path: 'callId', message: 'is needed to identify the call' }],
    });
    const days = (Number(rejected[0]?.expiresAt) - Date.now() / 1000) / 86_400;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.1);
  });

  test('keeps a body that is not UTF-8 as base64', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    const answer = await callDirectly({ body: bytes.toString('base64'), isBase64Encoded: true });

    expect(answer).toMatchObject({
      statusCode: 400,
      body: '{"error":"invalid_payload","issues":[{"path":"","message":"is not UTF-8"}]}',
    });
    expect(await rejectedItem('cc', bytes)).toMatchObject({
      body: bytes.toString('base64'),
      bodyEncoding: 'base64',
    });
  });
});

describe('401', () => {
  test.each([
    ['no token', '', {}],
    ['an empty token', '?token=', { token: '' }],
    ['a wrong token', '?token=wrong', {}],
    ['a wrong header', '', { token: 'Local' }],
    ['the digest itself', `?token=${hash('sha256', 'local')}`, {}],
  ])('refuses %s and keeps nothing', async (_what, query, headers: Record<string, string>) => {
    const callId = randomUUID();

    expect(await post('cc', { callId }, { query, headers })).toMatchObject({
      status: 401,
      body: { error: 'unauthorized' },
    });
    expect(await deliveriesOf(`cc#${callId}`)).toEqual([]);
  });

  test('is decided before the body is read', async () => {
    expect(await post('cc', 'x'.repeat(200_000), { query: '' })).toMatchObject({ status: 401 });
  });

  test('admits nobody if no digest is configured', async () => {
    const configured = process.env.CC_TOKEN_SHA256;
    try {
      for (const digest of ['', 'local', hash('sha256', '')]) {
        process.env.CC_TOKEN_SHA256 = digest;
        expect(await callDirectly({ body: '{}', headers: { token: '' } })).toMatchObject({ statusCode: 401 });
        expect(await callDirectly({ body: '{}' })).toMatchObject({ statusCode: 401 });
      }
    } finally {
      process.env.CC_TOKEN_SHA256 = configured;
    }
  });

  test('accepts the old and the new token during a rotation', async () => {
    const configured = process.env.CC_TOKEN_SHA256;
    try {
      process.env.CC_TOKEN_SHA256 = `${hash('sha256', 'old')}, ${hash('sha256', 'new').toUpperCase()}`;
      for (const token of ['old', 'new']) {
        const answer = await callDirectly({
          body: JSON.stringify({ callId: randomUUID() }),
          headers: { token },
        });
        expect(answer.statusCode).toBe(200);
      }
      expect(await callDirectly({ body: '{}' })).toMatchObject({ statusCode: 401 });
    } finally {
      process.env.CC_TOKEN_SHA256 = configured;
    }
  });
});

describe('413', () => {
  test('refuses a body of 128 KiB and one byte', async () => {
    expect(await post('cc', 'x'.repeat(128 * 1024 + 1))).toMatchObject({
      status: 413,
      body: { error: 'payload_too_large' },
    });
  });

  test('measures the decoded base64', async () => {
    const body = Buffer.alloc(128 * 1024 + 1, 'x').toString('base64');

    expect(await callDirectly({ body, isBase64Encoded: true })).toMatchObject({ statusCode: 413 });
  });
});

test('marks every answer as JSON', async () => {
  const answers = await Promise.all([
    callDirectly({ body: JSON.stringify({ callId: randomUUID() }) }),
    callDirectly({ body: '' }),
    callDirectly({ headers: {} }),
    callDirectly({ body: 'x'.repeat(128 * 1024 + 1) }),
  ]);

  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 400, 401, 413]);
  for (const { headers } of answers) expect(headers).toEqual({ 'content-type': 'application/json' });
});

test('503 with Retry-After when the queue cannot be reached', async () => {
  const configured = process.env.QUEUE_URL;
  try {
    process.env.QUEUE_URL = `${configured}-that-is-not-there`;
    const answer = await callDirectly({ body: JSON.stringify({ callId: randomUUID() }) });
    expect(answer).toMatchObject({ statusCode: 503, body: '{"error":"unavailable"}' });
    expect(answer.headers).toEqual({ 'content-type': 'application/json', 'retry-after': '5' });
  } finally {
    process.env.QUEUE_URL = configured;
  }
});
