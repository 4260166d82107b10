import { CreateQueueCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { nameOf } from './event-sources.ts';
import type { Resources } from './plugin.ts';

/**
 * Creates the queues of serverless.yml that do not exist yet; returns their URLs at `endpoint`, by
 * logical id.
 */
export const createQueues = async (
  sqs: SQSClient,
  resources: Resources,
  endpoint: string,
): Promise<Record<string, string>> => {
  const urls: Record<string, string> = {};
  for (const [logicalId, { Type, Properties }] of Object.entries(resources)) {
    if (Type !== 'AWS::SQS::Queue') continue;
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: nameOf(resources, logicalId) }),
    );
    // The emulator names another host than the one that it listens on.
    urls[logicalId] = new URL(new URL(QueueUrl).pathname, endpoint).href;
    const attributes = Object.entries(Properties).filter(([name]) => ATTRIBUTES.has(name));
    const Attributes = Object.fromEntries(
      attributes.map(([name, value]) => [name, asText(resources, value)]),
    );
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  }
  return urls;
};

const ATTRIBUTES = new Set(['VisibilityTimeout', 'MessageRetentionPeriod', 'RedrivePolicy']);

/** A CloudFormation value as a queue attribute: text, with references to other queues as ARNs. */
const asText = (resources: Resources, value: unknown): string =>
  typeof value === 'object'
    ? JSON.stringify(value, (_key, part) =>
        part?.['Fn::GetAtt']
          ? `arn:aws:sqs:local:000000000000:${nameOf(resources, part['Fn::GetAtt'][0])}`
          : part,
      )
    : String(value);
