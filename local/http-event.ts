import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Jwt } from './authorizer.ts';

type Matched = {
  routeKey: string;
  pathParameters?: Record<string, string> | undefined;
  jwt?: Jwt | undefined;
};

/** The event of a request in API Gateway's payload format 2.0. */
export const toEvent = (
  request: IncomingMessage,
  { routeKey, pathParameters, jwt }: Matched,
  bytes: Buffer,
): APIGatewayProxyEventV2 => {
  const { path, query } = partsOf(request);
  const { cookie, ...headers } = headersOf(request);
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    ...(query !== '' && { queryStringParameters: parametersOf(query) }),
    ...(pathParameters && { pathParameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      ...(jwt && { authorizer: { jwt } }),
      domainName: headers.host ?? '',
      domainPrefix: 'local',
      http: {
        method: request.method ?? '',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...bodyOf(bytes, headers['content-type'] ?? ''),
  };
};

/** The decoded path, and the query, of a request. */
export const partsOf = ({ url = '' }: IncomingMessage): { path: string; query: string } => {
  const [path = '', ...query] = url.split('?');
  return { path: decode(path), query: query.join('?') };
};

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

// HTTP APIs pass these types as text and everything else in base64, forms and bodies without a type
// too.
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/i;

// Text of another encoding would not survive as a string.
const bodyOf = (bytes: Buffer, contentType: string) => {
  if (bytes.length === 0) return { isBase64Encoded: false };
  const isText = TEXT.test(contentType.split(';')[0]?.trim() ?? '') && isUtf8(bytes);
  return { body: bytes.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
};

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(',')]),
  );

const parametersOf = (query: string): Record<string, string> => {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join(',')]));
};

/** `26/Nov/2026:17:16:04 +0000` */
const commonLogTime = (time: Date): string => {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
};
