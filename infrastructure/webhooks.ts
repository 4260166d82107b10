import type { Endpoint } from '../shared/events/endpoints.ts';
import { RETRY_SECONDS } from '../shared/events/retries.ts';
import type { Resource, Serverless } from './serverless-types.ts';

// Six times the function's timeout.
const VISIBILITY_SECONDS = 180;
const CONCURRENCY = 5;

/**
 * Gives each endpoint its own queue, so that none waits for another, and lets the function
 * `webhooks` read them all. They share one dead-letter queue.
 */
export const addWebhookQueues = (
  { functions, resources }: Serverless['service'],
  stackName: string,
  endpoints: readonly Endpoint[],
): void => {
  const nameOf = ({ id }: Endpoint) => `${stackName}-webhook-${id}`;
  const deadLetters = resources.Resources.WebhooksDeadLetterQueue;
  if (deadLetters) deadLetters.Properties.RedriveAllowPolicy = allowing(endpoints.map(nameOf));
  for (const endpoint of endpoints) {
    const logicalId = `Webhook${endpoint.id}Queue`;
    resources.Resources[logicalId] = queue(nameOf(endpoint));
    functions.webhooks?.events.push({
      sqs: {
        arn: { 'Fn::GetAtt': [logicalId, 'Arn'] },
        batchSize: 10,
        maximumConcurrency: CONCURRENCY,
        functionResponseType: 'ReportBatchItemFailures',
      },
    });
  }
};

const queue = (QueueName: string): Resource => ({
  Type: 'AWS::SQS::Queue',
  DeletionPolicy: 'Delete',
  UpdateReplacePolicy: 'Delete',
  Properties: {
    QueueName,
    SqsManagedSseEnabled: true,
    VisibilityTimeout: VISIBILITY_SECONDS,
    MessageRetentionPeriod: 345_600,
    MaximumMessageSize: 1_048_576,
    RedrivePolicy: {
      deadLetterTargetArn: { 'Fn::GetAtt': ['WebhooksDeadLetterQueue', 'Arn'] },
      maxReceiveCount: RETRY_SECONDS.length + 1,
    },
    RedriveAllowPolicy: allowing([]),
  },
});

/**
 * The queues that may use this one as their dead-letter queue. By name: a reference would be
 * circular.
 */
const allowing = (queueNames: string[]): object =>
  queueNames.length === 0
    ? { redrivePermission: 'denyAll' }
    : { redrivePermission: 'byQueue', sourceQueueArns: queueNames.map(arnOf) };

const arnOf = (name: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:${name}`,
});
