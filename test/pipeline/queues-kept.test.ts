import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from 'vitest';
import { freePorts } from '../../infrastructure/ports.ts';
import { clients, startQueues } from '../../local/emulators.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'nxcloud-callbacks-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

test('a message that is shown again at once is there, also after a restart', async () => {
  const { sqs: port } = await freePorts();
  const first = await startQueues(port, dataDir);
  const { sqs } = clients({ sqs: first.endpoint, dynamodb: '' });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'kept' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'text' }));
  const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? [];
  const show = async () => {
    const [message] = await receive();
    const { ReceiptHandle } = message ?? {};
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    return message?.Body;
  };
  const seen = [await show(), await show()];
  await first.stop();
  const second = await startQueues(port, dataDir);
  seen.push(await show());
  await second.stop();

  expect(seen).toEqual(['text', 'text', 'text']);
});
