import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, Context } from 'aws-lambda';
import { expect } from 'vitest';
import { handler } from '../../functions/api.ts';
import { openApi } from '../../shared/api/openapi.ts';
import { callOfKey } from '../../shared/callbacks/list.ts';
import { project } from '../../shared/calls/project.ts';
import type { CallView } from '../../shared/calls/view.ts';
import type { Delivery } from '../../shared/deliveries/delivery.ts';
import { deliveries } from './calls.ts';
import { putDeliveries } from './own-tables.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is in an answer is what the tests are about.
export type ApiAnswer = { status: number; headers: Record<string, unknown>; text: string; body: any };

export type Query = string | Record<string, string>;

/** Reads from the API as API Gateway does once it has checked the token. */
export const get = (path: string, query: Query = '', remainingMs = 29_000): Promise<ApiAnswer> =>
  ask('GET', path, { query, remainingMs });

/** Sends the API a body, as it is if it is text. */
export const post = (path: string, body: unknown, type = 'utf8' as 'utf8' | 'base64'): Promise<ApiAnswer> =>
  ask('POST', path, {
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString(type),
    isBase64Encoded: type === 'base64',
  });

type Request = { query?: Query; body?: string; isBase64Encoded?: boolean; remainingMs?: number };

/** Asks the API; each answer has to be as the OpenAPI document says. */
export const ask = async (method: string, path: string, request: Request = {}): Promise<ApiAnswer> => {
  const { query = '', body: sent, isBase64Encoded = false, remainingMs = 29_000 } = request;
  const event = {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: typeof query === 'string' ? query : new URLSearchParams(query).toString(),
    headers: {},
    ...(sent !== undefined && { body: sent }),
    isBase64Encoded,
    requestContext: {
      http: { method, path },
      authorizer: { jwt: { claims: { sub: 'reader-1', scope: 'calls/read' }, scopes: ['calls/read'] } },
    },
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
  const end = Date.now() + remainingMs;
  const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => end - Date.now() } as Context;
  const { statusCode = 0, headers = {}, body = '' } = await handler(event, context);
  const answer = { status: statusCode, headers, text: body, body: JSON.parse(body) };
  expectDocumented(method.toLowerCase(), path, answer);
  return answer;
};

const document = JSON.parse(JSON.stringify(openApi()));

// An answer has nothing that the document does not tell of.
const close = (schema: unknown): unknown => {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(close);
  const closed = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, close(part)]));
  return 'properties' in schema && !('additionalProperties' in schema)
    ? { ...closed, additionalProperties: false }
    : closed;
};

const ajv = new Ajv.default({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ ...(close(document) as object), $id: 'api' });

const expectDocumented = (method: string, path: string, { status, headers, body }: ApiAnswer) => {
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  if (document.paths[path]?.[method] === undefined) return;
  const pointer = ['paths', path, method, 'responses', status, 'content', 'application/json', 'schema']
    .map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const validate = ajv.getSchema(`api#/${pointer}`);
  expect(validate, `${path} has no documented answer ${status}`).toBeDefined();
  expect(validate?.(body) ? [] : validate?.errors).toEqual([]);
};

/**
 * Stores the deliveries of a call and makes its item of them, as the consumer and the projector do;
 * the call's key.
 */
export const store = async (items: Delivery[]): Promise<string> => {
  await putDeliveries(items);
  const pk = items[0]?.pk ?? '';
  const callback = callOfKey(pk)?.callback;
  if (callback) await project(callback, pk, AbortSignal.timeout(60_000));
  return pk;
};

/** Stores the call that bodies make, in the order in which they arrived. */
export const storeCall = (callback: string, ...bodies: (string | object)[]): Promise<string> =>
  store(deliveries(callback, bodies));

/** The calls of every page. */
export const listCalls = async (query: Record<string, string>) => {
  const calls: CallView[] = [];
  let cursor: string | undefined;
  do {
    const { status, body } = await get('/api/calls', { ...query, ...(cursor && { cursor }) });
    expect(status).toBe(200);
    calls.push(...body.calls);
    cursor = body.cursor;
  } while (cursor !== undefined);
  return calls;
};
