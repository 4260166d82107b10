import { beforeAll, describe, expect, test } from 'vitest';
import type { Template } from '../../infrastructure/serverless-types.ts';
import { endpointsOf } from '../../shared/events/endpoints.ts';
import { RETRY_SECONDS } from '../../shared/events/retries.ts';
import { copyProject } from '../support/project.ts';
import { arn } from '../support/template.ts';

const WEBHOOK_URLS = 'https://crm.example.com/hook?key=1, https://other.example.com/';
const ENDPOINTS = endpointsOf(WEBHOOK_URLS).map(({ id }) => ({ id, queue: `Webhook${id}Queue` }));

/** What `serverless package` makes of stage dev with these settings. */
const packagedWith = (env: Record<string, string>) => {
  let packaged: Template;
  beforeAll(async () => {
    const project = copyProject();
    packaged = await project.template('dev', env).finally(project.remove);
  });
  return {
    template: () => packaged,
    properties: (id: string) => packaged.Resources[id]?.Properties ?? {},
    mappings: () =>
      Object.values(packaged.Resources).filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping'),
  };
};

describe('with endpoints and a bus', () => {
  const { template, properties, mappings } = packagedWith({ WEBHOOK_URLS, EVENT_BUS: 'on' });

  test.each(ENDPOINTS)('endpoint $id has an encrypted queue that accepts only TLS', ({ id, queue }) => {
    const SIX_TIMES = 6 * Number(properties('WebhooksLambdaFunction').Timeout);

    expect(template().Resources[queue]).toMatchObject({
      Type: 'AWS::SQS::Queue',
      DeletionPolicy: 'Delete',
      Properties: {
        QueueName: `nxcloud-callbacks-dev-webhook-${id}`,
        SqsManagedSseEnabled: true,
        VisibilityTimeout: SIX_TIMES,
        RedriveAllowPolicy: { redrivePermission: 'denyAll' },
      },
    });
    expect(properties(`${queue}Policy`)).toMatchObject({
      Queues: [{ Ref: queue }],
      PolicyDocument: { Statement: [{ Effect: 'Deny', Action: 'sqs:*', Resource: arn(queue) }] },
    });
  });

  test.each(ENDPOINTS)(
    'the events of endpoint $id become dead letters after their last retry',
    ({ queue }) => {
      const { MessageRetentionPeriod, RedrivePolicy } = properties(queue);

      expect(RedrivePolicy).toEqual({
        deadLetterTargetArn: arn('WebhooksDeadLetterQueue'),
        maxReceiveCount: RETRY_SECONDS.length + 1,
      });
      const retriedFor = RETRY_SECONDS.reduce((sum, seconds) => sum + 1.1 * seconds, 0);
      expect(Number(MessageRetentionPeriod)).toBeGreaterThan(2 * retriedFor);
    },
  );

  test('the dead-letter queue accepts dead letters of the endpoints, and no others', () => {
    expect(properties('WebhooksDeadLetterQueue').RedriveAllowPolicy).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: ENDPOINTS.map(({ id }) => ({
        'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:nxcloud-callbacks-dev-webhook-${id}`,
      })),
    });
  });

  test('each queue sends its webhooks by itself, with a limited concurrency', () => {
    const ofWebhooks = mappings().filter(({ Properties }) =>
      JSON.stringify(Properties.FunctionName).includes('WebhooksLambdaFunction'),
    );

    expect(ofWebhooks.map(({ Properties }) => Properties)).toEqual(
      ENDPOINTS.map(({ queue }) =>
        expect.objectContaining({
          EventSourceArn: arn(queue),
          BatchSize: 10,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: 5 },
        }),
      ),
    );
  });

  test('relay and webhooks know the endpoints and the URLs of their queues', () => {
    const queues = {
      'Fn::Sub': `https://sqs.\${AWS::Region}.\${AWS::URLSuffix}/\${AWS::AccountId}/\${AWS::StackName}-webhook-`,
    };
    const told = { WEBHOOK_URLS, WEBHOOK_QUEUES: queues };

    expect(properties('RelayLambdaFunction').Environment).toMatchObject({
      Variables: { ...told, EVENT_BUS: 'on', EVENT_BUS_NAME: 'nxcloud-callbacks-dev' },
    });
    expect(properties('WebhooksLambdaFunction').Environment).toMatchObject({
      Variables: { ...told, STAGE: 'dev', WEBHOOK_SECRET: '' },
    });
  });

  test('the bus has the name of the stage', () => {
    expect(template().Resources.EventBus).toEqual({
      Type: 'AWS::Events::EventBus',
      Properties: { Name: 'nxcloud-callbacks-dev' },
    });
  });

  test('the stream of calls is read even if no recording is archived', () => {
    expect(properties('RelayEventSourceMappingDynamodbCallsTable').Enabled).not.toBe(false);
    expect(properties('ArchiverEventSourceMappingSQSRecordingsQueue').Enabled).toBe(false);
  });

  test('an alarm goes off if an event was given up, or the relay is behind', () => {
    const alarm = (id: string) => JSON.stringify(properties(id));

    expect(alarm('DeadLettersAlarm')).toContain('"WebhooksDeadLetterQueue","QueueName"');
    expect(alarm('DeadLettersAlarm')).toContain('"RelayFailuresQueue","QueueName"');
    expect(alarm('IteratorAgeAlarm')).toContain('RelayLambdaFunction');
  });
});

describe('with a bus only', () => {
  const { template, properties } = packagedWith({ EVENT_BUS: 'on' });

  test('the stream of calls is read, and no endpoint has a queue', () => {
    expect(properties('RelayEventSourceMappingDynamodbCallsTable').Enabled).not.toBe(false);
    expect(Object.keys(template().Resources).filter((id) => /^Webhook.{8}Queue$/.test(id))).toEqual([]);
  });
});
