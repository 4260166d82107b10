import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Admit, admission } from '../../local/admission.ts';
import { httpApi } from '../../local/http-api.ts';
import { type Route, routesOf } from '../../local/routes.ts';

const routes = routesOf({
  echo: { events: [{ httpApi: 'POST /echo' }, { sqs: {} }] },
  page: { events: [{ httpApi: { method: 'get', path: '/assets/{proxy+}' } }, { httpApi: 'GET /' }] },
  call: { events: [{ httpApi: 'GET /calls/{id}' }, { httpApi: { method: '*', path: '/calls/latest' } }] },
});

const invoke = vi.fn<(functionName: string, event: object) => Promise<unknown>>();
const admit = vi.fn<Admit>();
const onUnknown = vi.fn();
const onRefused = vi.fn();
const onFailure = vi.fn();
let server: Server;

beforeEach(async () => {
  vi.resetAllMocks();
  invoke.mockResolvedValue({ statusCode: 200 });
  admit.mockResolvedValue({});
  server = httpApi({ routes, admit, invoke, onUnknown, onRefused, onFailure });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => server.close());

// fetch would complete headers and tidy up paths.
const send = async (
  method: string,
  path: string,
  {
    body = '',
    headers = {},
  }: { body?: string | Uint8Array; headers?: Record<string, string | string[]> } = {},
) => {
  const { port } = server.address() as AddressInfo;
  const sent = request({ host: '127.0.0.1', port, method, path, headers }).end(body);
  const [response]: IncomingMessage[] = (await once(sent, 'response')) as [IncomingMessage];
  if (response === undefined) throw new Error('no response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
};

const invoked = (): APIGatewayProxyEventV2 => {
  const [, event] = invoke.mock.lastCall ?? [];
  return event as APIGatewayProxyEventV2;
};

const received = (): Buffer =>
  Buffer.from(invoked().body ?? '', invoked().isBase64Encoded ? 'base64' : 'utf8');

const JSON_TYPE = { 'content-type': 'application/json' };

describe('a body reaches the function byte for byte', () => {
  test.each(['0', 'false', 'null', '"text"', '""', ' {"a": 1}\n', '\ufeff{}', '{"id":9007199254740993}'])(
    '%j as text',
    async (body) => {
      await send('POST', '/echo', { body, headers: JSON_TYPE });

      expect(invoked()).toMatchObject({ body, isBase64Encoded: false });
    },
  );

  test.each([
    ['GBK', Buffer.from('d6d0cec4', 'hex')],
    ['gzip', gzipSync('{"id":1}')],
  ])('%s in base64', async (_, body) => {
    await send('POST', '/echo', { body, headers: JSON_TYPE });

    expect(invoked()).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
  });

  test('whatever it is', async () => {
    const types = fc.constantFrom('text/plain', 'application/json; charset=utf-8', 'image/png', undefined);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), types, async (body, type) => {
        await send('POST', '/echo', { body, headers: type ? { 'content-type': type } : {} });
        expect(received().equals(body)).toBe(true);
      }),
    );
  });

  test.each([
    ['text/csv', false],
    ['application/xml', false],
    ['Application/JSON; charset=UTF-8', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['application/vnd.api+json', true],
    [undefined, true],
  ])('as text only if its type is one: %s', async (type, isBase64Encoded) => {
    await send('POST', '/echo', { body: 'a', headers: type ? { 'content-type': type } : {} });

    expect(invoked()).toMatchObject({ isBase64Encoded });
  });

  test('unless there is none', async () => {
    await send('POST', '/echo', { headers: JSON_TYPE });

    expect(invoked()).not.toHaveProperty('body');
  });

  test('up to 10 MB', async () => {
    const answer = await send('POST', '/echo', { body: Buffer.alloc(10 * 2 ** 20 + 1) });

    expect(answer).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
    expect(invoke).not.toHaveBeenCalled();
  });
});

test('a function gets the request in payload format 2.0', async () => {
  const headers = { Host: 'example.test', Cookie: 'a=1; b=2', 'X-Two': ['1', '2'] };
  await send('GET', '/calls/a%20b?x=1&x=2&y=%2B&z', { headers });

  expect(invoked()).toMatchObject({
    version: '2.0',
    routeKey: 'GET /calls/{id}',
    rawPath: '/calls/a b',
    rawQueryString: 'x=1&x=2&y=%2B&z',
    queryStringParameters: { x: '1,2', y: '+', z: '' },
    pathParameters: { id: 'a b' },
    headers: { host: 'example.test', 'x-two': '1,2' },
    cookies: ['a=1', 'b=2'],
    requestContext: { stage: '$default', http: { method: 'GET', path: '/calls/a b', sourceIp: '127.0.0.1' } },
  });
  expect(invoked().headers).not.toHaveProperty('cookie');
});

test("a function gets the claims of the request's token", async () => {
  const jwt = { claims: { sub: 'local' }, scopes: ['calls/read'] };
  admit.mockResolvedValue({ jwt });
  await send('GET', '/');

  expect(invoked()).toHaveProperty('requestContext.authorizer', { jwt });
});

test('a refused request does not reach its function', async () => {
  const refusal = { status: 401, reason: 'no token', challenge: 'Bearer' } as const;
  admit.mockResolvedValue({ refusal });
  const answer = await send('GET', '/?token=secret');

  expect(answer).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
  expect(answer.headers).toMatchObject({ ...JSON_TYPE, 'www-authenticate': 'Bearer' });
  expect(onRefused).toHaveBeenCalledExactlyOnceWith('GET', '/', refusal);
  expect(invoke).not.toHaveBeenCalled();
});

test('a token is needed if the route has an authorizer, even one that is not defined', async () => {
  const [route] = routesOf({
    api: {
      events: [{ httpApi: { method: 'GET', path: '/api', authorizer: { name: 'typo', scopes: ['a'] } } }],
    },
  });
  const headers = { host: 'localhost', authorization: 'Bearer a' };
  const asked = admission({ authorizers: {}, tunnelled: [] })(route as Route, { headers } as IncomingMessage);

  expect(await asked).toMatchObject({ refusal: { status: 401, reason: 'there is no authorizer typo' } });
});

test.each([
  ['GET /calls/latest', 'call', 'ANY /calls/latest'],
  ['GET /calls/1', 'call', 'GET /calls/{id}'],
  ['GET /assets/js/page.js', 'page', 'GET /assets/{proxy+}'],
  ['GET /', 'page', 'GET /'],
])('%s matches the most specific route', async (line, functionName, routeKey) => {
  const [method = '', path = ''] = line.split(' ');
  await send(method, path);

  expect(invoke).toHaveBeenCalledWith(functionName, expect.objectContaining({ routeKey }));
});

test.each([
  'POST /ehco',
  'POST /echo/',
  'POST //echo',
  'GET /echo',
  'HEAD /',
  'OPTIONS /echo',
  'GET /assets/',
  'GET /calls/1/2',
  'POST /ECHO',
])('%s is not found', async (line) => {
  const [method = '', path = ''] = line.split(' ');
  const { status, body } = await send(method, `${path}?token=secret`);

  expect(status).toBe(404);
  if (method !== 'HEAD') expect(body).toBe('{"message":"Not Found"}');
  expect(onUnknown).toHaveBeenCalledExactlyOnceWith(method, path);
  expect(invoke).not.toHaveBeenCalled();
});

describe('an answer', () => {
  test('has the status, headers, cookies and bytes of the function', async () => {
    const body = Buffer.from([0, 255, 128]);
    invoke.mockResolvedValue({
      statusCode: 418,
      headers: { 'Content-Type': 'image/png', 'x-number': 1 },
      cookies: ['a=1', 'b=2'],
      body: body.toString('base64'),
      isBase64Encoded: true,
    });
    const { status, headers } = await send('POST', '/echo');

    expect(status).toBe(418);
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'x-number': '1',
      'set-cookie': ['a=1', 'b=2'],
      'content-length': '3',
    });
  });

  test('without a status is the body of a 200', async () => {
    invoke.mockResolvedValue({ a: 1 });
    const answer = await send('POST', '/echo');

    expect(answer).toMatchObject({ status: 200, body: '{"a":1}', headers: JSON_TYPE });
  });

  test.each([
    ['throws', () => Promise.reject(new Error('out of order'))],
    ['gives an object as body', async () => ({ statusCode: 200, body: { a: 1 } })],
    ['gives no status', async () => ({ statusCode: 'ok' })],
  ])('is 500 without details if the function %s', async (_, implementation) => {
    invoke.mockImplementation(implementation);
    const answer = await send('POST', '/echo');

    expect(answer).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(onFailure).toHaveBeenCalledExactlyOnceWith('echo', expect.any(Error));
  });
});
