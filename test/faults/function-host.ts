import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

// A stand-in for Lambda and API Gateway: `POST /<function>` invokes with an event, `POST
// /<callback>/callback` with a request.
const TIMEOUT_MS = Number(process.env.FUNCTION_TIMEOUT_MS);
const names = (process.env.FUNCTIONS ?? '').split(',');
const handlers = new Map(
  await Promise.all(
    names.map(async (name) => [name, (await import(`../../functions/${name}.ts`)).handler] as const),
  ),
);

const contextOf = () => {
  const end = Date.now() + TIMEOUT_MS;
  return { awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => end - Date.now() };
};

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '', 'http://host');
  const [, name = '', isCallback] = url.pathname.split('/');
  if (name === 'memory') {
    response.end(String(process.memoryUsage().rss));
    return;
  }
  const body = await text(request);
  const event = isCallback
    ? {
        headers: request.headers,
        queryStringParameters: Object.fromEntries(url.searchParams),
        requestContext: { http: { sourceIp: request.socket.remoteAddress } },
        body,
        isBase64Encoded: false,
      }
    : JSON.parse(body);
  const result = await handlers.get(name)?.(event, contextOf());
  if (isCallback) response.writeHead(result.statusCode, result.headers).end(result.body);
  else response.end(JSON.stringify(result));
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());
