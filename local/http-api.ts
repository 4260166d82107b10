import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Admit } from './admission.ts';
import type { Refusal } from './authorizer.ts';
import { partsOf, toEvent } from './http-event.ts';
import { findRoute, type Route } from './routes.ts';

type Options = {
  routes: Route[];
  /** Decides whether a request may reach its function. */
  admit: Admit;
  /**
   * Runs a function of serverless.yml; rejects if it throws, cannot be loaded or takes too long.
   */
  invoke: (functionName: string, event: object) => Promise<unknown>;
  /** No route matches this request, or its function knows no such path. */
  onUnknown: (method: string, path: string) => void;
  /** A request was refused before its function. */
  onRefused: (method: string, path: string, refusal: Refusal) => void;
  /** The function did not answer as API Gateway requires. */
  onFailure: (functionName: string, error: Error) => void;
};

// API Gateway's own limit.
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** API Gateway's HTTP API in front of functions, with its own answers if no function answers. */
export const httpApi = ({ routes, admit, invoke, onUnknown, onRefused, onFailure }: Options): Server => {
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method = '' } = request;
    const { path } = partsOf(request);
    const found = findRoute(routes, method, path);
    if (found === undefined) {
      onUnknown(method, path);
      return message(404, 'Not Found');
    }
    const { route, pathParameters } = found;
    const admission = await admit(route, request);
    if ('refusal' in admission) {
      onRefused(method, path, admission.refusal);
      return refused(admission.refusal);
    }
    const bytes = await read(request);
    if (bytes === undefined) return message(413, 'Request Entity Too Large');
    const event = toEvent(request, { routeKey: route.routeKey, pathParameters, jwt: admission.jwt }, bytes);
    try {
      const answered = toAnswer(await invoke(route.functionName, event));
      // The route for all other paths: its function knows no such path either.
      if (answered.status === 404 && route.routeKey.includes('+}')) onUnknown(method, path);
      return answered;
    } catch (error) {
      onFailure(route.functionName, error instanceof Error ? error : new Error(String(error)));
      return message(500, 'Internal Server Error');
    }
  };

  return createServer((request, response) => {
    answer(request).then(
      (answered) => send(response, answered),
      // The caller has hung up.
      () => response.destroy(),
    );
  });
};

type Answer = { status: number; headers: Record<string, string>; cookies: string[]; body: Buffer };

const message = (status: number, text: string): Answer =>
  json(status, Buffer.from(JSON.stringify({ message: text })));

const refused = ({ status, challenge }: Refusal): Answer => {
  const { headers, ...answer } = message(status, status === 401 ? 'Unauthorized' : 'Forbidden');
  return { ...answer, headers: { ...headers, ...(challenge && { 'www-authenticate': challenge }) } };
};

const json = (status: number, body: Buffer): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body,
});

const read = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
};

type Result = {
  statusCode: number | string;
  headers?: Record<string, string | number | boolean>;
  cookies?: string[];
  body?: unknown;
  isBase64Encoded?: boolean;
};

const isStructured = (result: unknown): result is Result =>
  typeof result === 'object' && result !== null && 'statusCode' in result;

// A result without a status code is the body of a 200.
const toAnswer = (result: unknown): Answer => {
  if (!isStructured(result)) return json(200, Buffer.from(JSON.stringify(result ?? null)));
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result;
  const status = Number(statusCode);
  if (!(Number.isInteger(status) && status >= 100 && status <= 599)) {
    throw new TypeError(`it answered with status ${statusCode}`);
  }
  if (typeof body !== 'string') throw new TypeError('it answered with a body that is not a string');
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...Object.fromEntries(named) },
    cookies,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
};

const send = (response: ServerResponse, { status, headers, cookies, body }: Answer): void => {
  response.writeHead(status, {
    ...headers,
    ...(cookies.length > 0 && { 'set-cookie': cookies }),
    'content-length': body.length,
  });
  response.end(body);
};
