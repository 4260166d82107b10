import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AheadAgent } from './connection.ts';
import { signer } from './signer.ts';

// Why not the SDK's client: around its signer it is half of what a cold start adds to the runtime (docs/benchmark.md).

/** How often and how long to try: an attempt with all of its answer, and everything until `abortSignal`. */
export type Patience = { attempts: number; attemptMs: number; abortSignal: AbortSignal };

/** SQS answered, but with no confirmation; `code` is the status and the type of its error. */
export class SqsError extends Error {
  override name = 'SqsError';
  readonly code: string;
  readonly retryable: boolean;

  constructor(status: number, type = '') {
    const code = `${status} ${type.split('#').pop()}`.trimEnd();
    super(`SQS answered ${code}`);
    this.code = code;
    this.retryable = status < 400 || status === 429 || status >= 500 || /throttl/i.test(type);
  }
}

/** Sends the text to the queue; resolves once SQS has confirmed it, rejects with what the last attempt met. */
export const sendMessage = async (queueUrl: string, text: string, patience: Patience): Promise<void> => {
  const { attempts, attemptMs, abortSignal } = patience;
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(queueUrl, text, attemptMs, { signal: abortSignal, ...connectionTo(queueUrl) });
    } catch (error) {
      const final = error instanceof SqsError && !error.retryable;
      if (final || attempt >= attempts || abortSignal.aborted) throw error;
    }
    await sleep(Math.random() * BACKOFF_MS * 2 ** attempt, undefined, { signal: abortSignal });
  }
};

const BACKOFF_MS = 50;

/**
 * Does what the first message would otherwise wait for: opens a connection, and runs all of the code once against an answer of its
 * own. It sends nothing and never rejects.
 */
export const prepare = async (queueUrl: string, timeoutMs: number): Promise<void> => {
  await Promise.allSettled([openAhead(queueUrl, timeoutMs), sendNowhere(queueUrl, timeoutMs)]);
};

const openAhead = async (queueUrl: string, timeoutMs: number): Promise<void> => {
  if (isSecure(queueUrl)) await agent.openAhead(endpointOf(queueUrl), timeoutMs);
};

const sendNowhere = (queueUrl: string, timeoutMs: number): Promise<void> => {
  const answer = JSON.stringify({ MD5OfMessageBody: md5('') });
  const createConnection = () =>
    answering(`HTTP/1.1 200 OK\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`);
  return send(queueUrl, '', timeoutMs, { createConnection });
};

const answering = (response: string): Duplex =>
  new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      this.push(response);
      done();
    },
  });

const agent = new AheadAgent();

const isSecure = (queueUrl: string): boolean => endpointOf(queueUrl).protocol === 'https:';

const connectionTo = (queueUrl: string): https.RequestOptions => (isSecure(queueUrl) ? { agent } : {});

const send = async (
  queueUrl: string,
  text: string,
  timeoutMs: number,
  options: https.RequestOptions,
): Promise<void> => {
  const { headers, body } = await signed(queueUrl, text);
  const answer = await post(endpointOf(queueUrl), body, timeoutMs, { ...options, headers });
  if (answer.status !== 200) throw new SqsError(answer.status, answer.__type);
  if (answer.MD5OfMessageBody !== md5(text)) throw new SqsError(200, 'WithoutDigest');
};

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

// The endpoint of a queue is its own host, unless the standard variables of the SDKs say otherwise.
const endpointOf = (queueUrl: string): URL => {
  const { AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL } = process.env;
  return new URL(AWS_ENDPOINT_URL_SQS ?? AWS_ENDPOINT_URL ?? new URL(queueUrl).origin);
};

const signed = (queueUrl: string, text: string) => {
  const { protocol, hostname, host, pathname: path } = endpointOf(queueUrl);
  const body = JSON.stringify({ QueueUrl: queueUrl, MessageBody: text });
  const headers = {
    host,
    'content-type': 'application/x-amz-json-1.0',
    'content-length': String(Buffer.byteLength(body)),
    'x-amz-target': 'AmazonSQS.SendMessage',
    // So that X-Ray shows receiver and consumer as one trace.
    ...(process.env._X_AMZN_TRACE_ID && { 'x-amzn-trace-id': process.env._X_AMZN_TRACE_ID }),
  };
  return signer.sign({ method: 'POST', protocol, hostname, path, headers, body });
};

type Answer = { status: number; MD5OfMessageBody?: string; __type?: string };

const post = (url: URL, body: string, timeoutMs: number, options: https.RequestOptions): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const client = url.protocol === 'http:' ? http : https;
    const request = client.request(url, { method: 'POST', ...options });
    // All of the answer, not the silence between its parts, as the request's own time-out.
    const timer = setTimeout(() => {
      // A request whose socket is gone already may tell nothing of its end.
      reject(new Error('no answer in time'));
      request.destroy();
    }, timeoutMs);
    request
      .on('error', reject)
      .on('close', () => clearTimeout(timer))
      .on('response', (response) => {
        const parts: Buffer[] = [];
        response
          .on('error', reject)
          .on('data', (part) => parts.push(part))
          .on('end', () => resolve({ ...read(Buffer.concat(parts)), status: response.statusCode ?? 0 }));
      })
      .end(body);
  });

const read = (body: Buffer): object => {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
};
