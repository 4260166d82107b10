import { callbacks } from '../shared/callbacks/list.ts';
import { TEST_PREFIX } from '../shared/calls/test-call.ts';
import { webhookSecretName } from '../shared/events/secret-name.ts';
import { nxcloudSecretName } from '../shared/reconciliation/secret-name.ts';
import type { FunctionDefinition, Resource } from './serverless-types.ts';

type Statement = { Effect: 'Allow'; Action: string | string[]; Resource: unknown; Condition?: object };

const allow = (Action: string | string[], Resource: unknown): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

// Only test calls can be removed.
const ofTestCalls = {
  'ForAllValues:StringLike': {
    'dynamodb:LeadingKeys': callbacks.flatMap(({ name }) =>
      ['', 'call:'].map((prefix) => `${name}#${prefix}${TEST_PREFIX}*`),
    ),
  },
};

const readStream = (table: string): Statement =>
  allow(
    ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    { 'Fn::GetAtt': [table, 'StreamArn'] },
  );

const readSecret = (name: string): Statement =>
  allow('ssm:GetParameter', {
    'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter${name}`,
  });

const EXPORTS = { 'Fn::Sub': `\${FilesBucket.Arn}/exports/*` };

// S3 answers 403 for a missing object to whoever may not list the bucket.
const LIST_FILES = allow('s3:ListBucket', arn('FilesBucket'));

// A queue for each endpoint; the settings decide their names.
const WEBHOOK_QUEUES = {
  'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:\${AWS::StackName}-webhook-*`,
};

/** The permissions of each role, besides sending traces and writing to its own log groups. */
const rolesOf = (stage: string): Record<string, { policy: string; statements: Statement[] }> => ({
  ReceiverRole: {
    policy: 'receive',
    statements: [allow('sqs:SendMessage', arn('DeliveriesQueue'))],
  },
  ConsumerRole: {
    policy: 'store',
    statements: [
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arn('DeliveriesQueue')),
      allow('sqs:SendMessage', arn('DeliveriesDeadLetterQueue')),
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'], arn('DeliveriesTable')),
    ],
  },
  ProjectorRole: {
    policy: 'project',
    statements: [
      readStream('DeliveriesTable'),
      allow('sqs:SendMessage', arn('ProjectorFailuresQueue')),
      // What the archiver did about a call expires with it.
      allow(['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem'], arn('DeliveriesTable')),
      allow(
        [
          ...['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
          'dynamodb:DeleteItem',
        ],
        arn('CallsTable'),
      ),
    ],
  },
  RelayRole: {
    policy: 'relay',
    statements: [
      readStream('CallsTable'),
      // Of an erased call nothing is told.
      allow('dynamodb:BatchGetItem', arn('DeliveriesTable')),
      allow('sqs:SendMessage', arn('RelayFailuresQueue')),
      allow('sqs:SendMessage', arn('RecordingsQueue')),
      allow('sqs:SendMessage', WEBHOOK_QUEUES),
      allow('events:PutEvents', {
        'Fn::Sub': `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:event-bus/\${AWS::StackName}`,
      }),
    ],
  },
  WebhooksRole: {
    policy: 'send',
    statements: [
      allow(
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
        WEBHOOK_QUEUES,
      ),
      readSecret(webhookSecretName(stage)),
    ],
  },
  ArchiverRole: {
    policy: 'archive',
    statements: [
      allow(
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
        arn('RecordingsQueue'),
      ),
      allow(
        ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
        arn('DeliveriesTable'),
      ),
      allow(['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'], {
        'Fn::Sub': `\${FilesBucket.Arn}/recordings/*`,
      }),
    ],
  },
  ApiRole: {
    policy: 'read',
    statements: [
      allow('dynamodb:Query', { 'Fn::Sub': `\${CallsTable.Arn}/index/*` }),
      allow('dynamodb:GetItem', arn('CallsTable')),
      allow(['dynamodb:Query', 'dynamodb:GetItem'], arn('DeliveriesTable')),
      { ...allow('dynamodb:DeleteItem', arn('DeliveriesTable')), Condition: ofTestCalls },
      // CloudWatch has no resource-level permissions here.
      allow('cloudwatch:GetMetricData', '*'),
      // A presigned URL has the permissions of its signer.
      allow('s3:GetObject', { 'Fn::Sub': `\${FilesBucket.Arn}/recordings/*` }),
      allow('sqs:SendMessage', arn('ExportsQueue')),
      allow('s3:GetObject', EXPORTS),
      // The state of an export, not its file.
      allow('s3:PutObject', { 'Fn::Sub': `\${FilesBucket.Arn}/exports/*.json` }),
      // What the last comparison found, and no call of it.
      allow('s3:GetObject', { 'Fn::Sub': `\${FilesBucket.Arn}/reconciliations/latest.json` }),
      LIST_FILES,
    ],
  },
  ExporterRole: {
    policy: 'export',
    statements: [
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arn('ExportsQueue')),
      allow('dynamodb:Query', { 'Fn::Sub': `\${CallsTable.Arn}/index/*` }),
      allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'], EXPORTS),
      LIST_FILES,
    ],
  },
  ReconcilerRole: {
    policy: 'reconcile',
    statements: [
      readSecret(nxcloudSecretName(stage)),
      allow('dynamodb:Query', { 'Fn::Sub': `\${CallsTable.Arn}/index/*` }),
      allow('dynamodb:BatchGetItem', arn('CallsTable')),
      allow(['dynamodb:BatchGetItem', 'dynamodb:Query'], arn('DeliveriesTable')),
      allow('sqs:SendMessage', arn('DeliveriesQueue')),
      allow(['s3:GetObject', 's3:PutObject'], { 'Fn::Sub': `\${FilesBucket.Arn}/reconciliations/*` }),
      LIST_FILES,
    ],
  },
  PageRole: { policy: 'show', statements: [] },
});

// X-Ray has no resource-level permissions here.
const TRACE = allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*');

/** The roles as resources; `logGroupId` gives the log group of a function. */
export const roles = (
  stage: string,
  functions: Record<string, FunctionDefinition>,
  logGroupId: (name: string) => string,
): Record<string, Resource> =>
  Object.fromEntries(
    Object.entries(rolesOf(stage)).map(([id, { policy, statements }]) => {
      const members = Object.keys(functions).filter((name) => functions[name]?.role === id);
      const logGroups = members.map((name) => arn(logGroupId(name)));
      const log = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroups);
      return [id, role(policy, [...statements, TRACE, log])];
    }),
  );

const role = (PolicyName: string, Statement: Statement[]): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    Policies: [{ PolicyName, PolicyDocument: { Version: '2012-10-17', Statement } }],
  },
});
