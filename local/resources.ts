import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Resources } from './plugin.ts';

/** Creates the queues and tables that serverless.yml declares where they are not there yet; the queues' URLs at `endpoint` by logical id. */
export const createResources = async (
  resources: Resources,
  { sqs, dynamodb }: { sqs: SQSClient; dynamodb: DynamoDBClient },
  endpoint: string,
): Promise<Record<string, string>> => {
  for (const { Properties } of ofType(resources, 'AWS::DynamoDB::Table')) {
    await createTable(dynamodb, Properties);
  }
  const urls: Record<string, string> = {};
  for (const { logicalId, Properties } of ofType(resources, 'AWS::SQS::Queue')) {
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: String(Properties.QueueName) }),
    );
    // The emulator's own URL names a host of its own.
    urls[logicalId] = new URL(new URL(QueueUrl).pathname, endpoint).href;
    const attributes = Object.entries(Properties).filter(([name]) => QUEUE_ATTRIBUTES.has(name));
    const Attributes = Object.fromEntries(
      attributes.map(([name, value]) => [name, asText(resources, value)]),
    );
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  }
  return urls;
};

const QUEUE_ATTRIBUTES = new Set(['VisibilityTimeout', 'MessageRetentionPeriod', 'RedrivePolicy']);

const ofType = (resources: Resources, type: string) =>
  Object.entries(resources)
    .filter(([, { Type }]) => Type === type)
    .map(([logicalId, { Properties }]) => ({ logicalId, Properties }));

const createTable = async (dynamodb: DynamoDBClient, properties: Record<string, unknown>): Promise<void> => {
  const { TableName, AttributeDefinitions, KeySchema, BillingMode } = properties;
  const input = { TableName, AttributeDefinitions, KeySchema, BillingMode } as CreateTableCommandInput;
  try {
    await dynamodb.send(new CreateTableCommand(input));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
};

/** A CloudFormation value as a queue attribute: text, with references to other queues as their ARNs. */
const asText = (resources: Resources, value: unknown): string =>
  typeof value === 'object'
    ? JSON.stringify(value, (_key, part) =>
        part?.['Fn::GetAtt'] ? arnOf(resources, part['Fn::GetAtt'][0]) : part,
      )
    : String(value);

const arnOf = (resources: Resources, logicalId: string): string =>
  `arn:aws:sqs:local:000000000000:${resources[logicalId]?.Properties.QueueName}`;
