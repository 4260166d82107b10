import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { AheadAgent } from '../../shared/receiving/connection.ts';
import type { Patience } from '../../shared/receiving/sqs.ts';

// shared/sqs.ts by the SDK's client, prepared in the same way.
const agent = new AheadAgent();
const sqs = new SQSClient({
  maxAttempts: 3,
  requestHandler: new NodeHttpHandler({ httpsAgent: agent, requestTimeout: 1_000, connectionTimeout: 1_000 }),
});

export const sendMessage = async (QueueUrl: string, MessageBody: string, { abortSignal }: Patience) => {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }), { abortSignal });
};

export const prepare = async (QueueUrl: string, timeoutMs: number): Promise<void> => {
  const command = new SendMessageCommand({ QueueUrl, MessageBody: ' ' });
  const stop = () => async () => {
    throw new Error('before the socket');
  };
  command.middlewareStack.add(stop, { name: 'stop', step: 'deserialize', priority: 'low' });
  const endpoint = new URL(process.env.AWS_ENDPOINT_URL_SQS ?? QueueUrl);
  await Promise.allSettled([agent.openAhead(endpoint, timeoutMs), sqs.send(command)]);
};
