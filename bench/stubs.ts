import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificate } from './certificate.ts';

/** SQS and DynamoDB in one server over TLS: confirms every call after `delayMs` and counts it. */
export type Stub = {
  endpoint: string;
  delayMs: number;
  calls: number;
  connections: number;
  /** What the last connection asked for by TLS, the host's name (SNI). */
  serverName: string | false | null;
  /** Headers of the last call. */
  headers: IncomingHttpHeaders;
  close: () => void;
};

export const startStub = async ({ key, cert }: Certificate): Promise<Stub> => {
  const server = createServer({ key, cert }, async (request, response) => {
    const body = await read(request);
    stub.calls++;
    stub.headers = request.headers;
    if (stub.delayMs > 0) await sleep(stub.delayMs);
    const answer = JSON.stringify(answerTo(request.headers['x-amz-target'], body));
    response
      .writeHead(200, {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(answer),
        'x-amzn-requestid': randomUUID(),
      })
      .end(answer);
  });
  server.keepAliveTimeout = 60_000;
  await once(server.listen(0), 'listening');
  const stub: Stub = {
    endpoint: `https://localhost:${(server.address() as AddressInfo).port}`,
    delayMs: 0,
    calls: 0,
    connections: 0,
    serverName: null,
    headers: {},
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  server.on('connection', () => stub.connections++);
  server.on('secureConnection', ({ servername }) => {
    stub.serverName = servername;
  });
  return stub;
};

const answerTo = (target: string | string[] | undefined, body: string): object =>
  target === 'AmazonSQS.SendMessage'
    ? { MessageId: randomUUID(), MD5OfMessageBody: md5(JSON.parse(body).MessageBody) }
    : {};

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const read = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
};
