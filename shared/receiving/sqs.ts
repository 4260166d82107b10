import { createHash } from 'node:crypto';
import { Duplex } from 'node:stream';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AheadAgent } from './ahead-agent.ts';

const agent = new AheadAgent();

const sqs = new SQSClient({
  endpoint: async () => ({ url: endpoint() }),
  // enqueue retries, by time and not by count.
  maxAttempts: 1,
  requestHandler: { httpsAgent: agent },
});

// A queue's URL names its host, unless the standard variables of the SDKs name another one.
const endpoint = (): URL => {
  const { AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL, QUEUE_URL = '' } = process.env;
  return new URL(AWS_ENDPOINT_URL_SQS ?? AWS_ENDPOINT_URL ?? new URL(QUEUE_URL).origin);
};

/**
 * Sends the text to the queue `QUEUE_URL`, once. Resolves when SQS has answered with the digest of
 * this text, which the SDK checks; rejects after at most `timeoutMs`.
 */
export const sendMessage = async (text: string, timeoutMs: number): Promise<void> => {
  const command = new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: text });
  // Bounds the whole answer. The timeouts of the SDK's request handler end with its headers.
  await sqs.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
};

/**
 * Does the work ahead for which the first message would wait: opens the connection, and meanwhile
 * runs all of the code once over a connection that leads nowhere. Resolves whether or not SQS can
 * be reached.
 */
export const prepare = async (timeoutMs: number): Promise<void> => {
  if (endpoint().protocol !== 'https:') return;
  const connecting = agent.connect(endpoint(), timeoutMs);
  agent.ahead = confirming(REHEARSED);
  await Promise.allSettled([connecting, sendMessage(REHEARSED, timeoutMs)]);
  agent.ahead = await connecting.catch(() => undefined);
};

const REHEARSED = 'rehearsed';

/** Answers as SQS does after it accepted the text, and confirms no other text. */
const confirming = (text: string): Duplex => {
  const answer = JSON.stringify({ MD5OfMessageBody: createHash('md5').update(text).digest('hex') });
  return new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      this.push(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`);
      done();
    },
  });
};
