import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = { ms: number; body: unknown };

/** Lambda's Runtime API for one process of one function. */
export type RuntimeApi = {
  address: string;
  /** Resolves when the function asks for its next event, which for the first one is the end of its initialisation. */
  idle: () => Promise<void>;
  /** Hands the event to the idle function; rejects where the function reports an error. */
  invoke: (event: unknown) => Promise<Answer>;
  close: () => void;
};

export const startRuntimeApi = async (timeoutMs: number): Promise<RuntimeApi> => {
  let waiting = Promise.withResolvers<ServerResponse>();
  let answered = Promise.withResolvers<unknown>();

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/invocation/next')) return waiting.resolve(response);
    const body = await read(request);
    response.writeHead(202, { 'content-length': 0 }).end();
    if (path.endsWith('/response')) return answered.resolve(body);
    const error = new Error(`the function failed: ${JSON.stringify(body)}`);
    waiting.reject(error);
    answered.reject(error);
  });
  server.keepAliveTimeout = 0;
  await once(server.listen(0, '127.0.0.1'), 'listening');

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    idle: async () => {
      await waiting.promise;
    },
    invoke: async (event) => {
      const next = await waiting.promise;
      waiting = Promise.withResolvers();
      waiting.promise.catch(() => {});
      answered = Promise.withResolvers();
      const startedAt = performance.now();
      const text = JSON.stringify(event);
      next.writeHead(200, {
        'content-length': Buffer.byteLength(text),
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': crypto.randomUUID(),
        'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:local:000000000000:function:bench',
      });
      next.end(text);
      const body = await answered.promise;
      return { ms: performance.now() - startedAt, body };
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const read = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
};
