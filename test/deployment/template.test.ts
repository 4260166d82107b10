import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Resource, Template } from '../../infrastructure/serverless-types.ts';
import { copyProject } from '../support/project.ts';
import { ROOT } from '../support/run.ts';
import {
  arn,
  CALLBACKS,
  idOf,
  packagedStages,
  packagedTemplate,
  STAGES,
  type Statement,
} from '../support/template.ts';

const { template, resource, properties, ofType } = packagedStages();

type Statements = { PolicyDocument: { Statement: Statement[] } }[];

const statements = (stage: string, roleId: string): Statement[] =>
  (properties(stage, roleId).Policies as Statements).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );

const sampleOf = (name: string): { version: string } =>
  JSON.parse(readFileSync(join(ROOT, 'events', `${name}.json`), 'utf8'));

const variablesOf = ({ Properties }: Resource): Record<string, unknown> =>
  (Properties.Environment as { Variables: Record<string, unknown> }).Variables;

type Index = {
  IndexName: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  Projection: object;
};

const FUNCTIONS = [
  ...CALLBACKS,
  ...['consumer', 'projector', 'relay', 'webhooks', 'archiver', 'exporter', 'reconciler', 'api', 'page'],
];
/** The queues of endpoints, which the settings decide. */
const ENDPOINTS_QUEUES = {
  'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:\${AWS::StackName}-webhook-*`,
};
const OTHERS: Record<string, object> = {
  ConsumerLambdaFunction: { Timeout: 30, Role: arn('ConsumerRole') },
  ProjectorLambdaFunction: { Timeout: 60, Role: arn('ProjectorRole') },
  RelayLambdaFunction: { Timeout: 30, Role: arn('RelayRole') },
  WebhooksLambdaFunction: { Timeout: 30, Role: arn('WebhooksRole') },
  ArchiverLambdaFunction: { Timeout: 600, Role: arn('ArchiverRole') },
  ExporterLambdaFunction: { Timeout: 900, MemorySize: 1769, Role: arn('ExporterRole') },
  ReconcilerLambdaFunction: { Timeout: 900, Role: arn('ReconcilerRole') },
  ApiLambdaFunction: { Timeout: 29, Role: arn('ApiRole') },
  PageLambdaFunction: { Timeout: 10, Role: arn('PageRole') },
};
const QUEUES = [
  'DeliveriesQueue',
  'DeliveriesDeadLetterQueue',
  'ProjectorFailuresQueue',
  'RecordingsQueue',
  'RecordingsDeadLetterQueue',
  'RelayFailuresQueue',
  'ExportsQueue',
  'ExportsDeadLetterQueue',
  'WebhooksDeadLetterQueue',
];

describe.each(STAGES)('on stage %s', (stage) => {
  test('queues are encrypted and keep messages for 4 days, dead letters and failed stream positions for 14', () => {
    const days: Record<string, number> = { DeliveriesQueue: 4, RecordingsQueue: 4, ExportsQueue: 4 };

    for (const queue of QUEUES) {
      expect(properties(stage, queue), queue).toMatchObject({
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: (days[queue] ?? 14) * 86_400,
      });
    }
  });

  test.each([
    ['deliveries', 'DeliveriesQueue', 'DeliveriesDeadLetterQueue', 240],
    ['recordings', 'RecordingsQueue', 'RecordingsDeadLetterQueue', 20],
  ])(
    'dead letters of the %s come from their queue and from no other',
    (name, queue, deadLetters, receives) => {
      const own = `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:nxcloud-callbacks-${stage}-${name}`;

      expect(properties(stage, queue)).toMatchObject({
        RedrivePolicy: { deadLetterTargetArn: arn(deadLetters), maxReceiveCount: receives },
        RedriveAllowPolicy: { redrivePermission: 'denyAll' },
      });
      expect(properties(stage, deadLetters).RedriveAllowPolicy).toEqual({
        redrivePermission: 'byQueue',
        sourceQueueArns: [{ 'Fn::Sub': own }],
      });
    },
  );

  test('exports are encrypted, tried three times once their exporter is gone, and then dead letters for 14 days', () => {
    const own = `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:nxcloud-callbacks-${stage}-exports`;
    const { Timeout } = properties(stage, 'ExporterLambdaFunction');
    const queue = properties(stage, 'ExportsQueue');

    expect(queue).toMatchObject({
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: arn('ExportsDeadLetterQueue'), maxReceiveCount: 3 },
      RedriveAllowPolicy: { redrivePermission: 'denyAll' },
    });
    expect(queue.VisibilityTimeout).toBeGreaterThan(Number(Timeout));
    expect(properties(stage, 'ExportsDeadLetterQueue')).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
      RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: [{ 'Fn::Sub': own }] },
    });
    expect(properties(stage, 'ExporterEventSourceMappingSQSExportsQueue')).toMatchObject({
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  test.each(QUEUES)('%s refuses requests without TLS', (queue) => {
    expect(properties(stage, `${queue}Policy`)).toMatchObject({
      Queues: [{ Ref: queue }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 'sqs:*',
            Resource: arn(queue),
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  test('deliveries are on demand, recoverable to any point in time, protected and kept; their keys are streamed', () => {
    expect(resource(stage, 'DeliveriesTable')).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
      },
    });
    expect(properties(stage, 'DeliveriesTable')).not.toHaveProperty('GlobalSecondaryIndexes');
  });

  test('files are kept, encrypted, private and read over TLS only', () => {
    expect(resource(stage, 'FilesBucket')).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: { 'Fn::Sub': `nxcloud-callbacks-${stage}-\${AWS::AccountId}-\${AWS::Region}` },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    expect(properties(stage, 'FilesBucketPolicy')).toMatchObject({
      Bucket: { Ref: 'FilesBucket' },
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [arn('FilesBucket'), { 'Fn::Sub': `\${FilesBucket.Arn}/*` }],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  test('recordings move to a colder class and stay, exports go after a week, reports of comparisons after a month, incomplete uploads after a day', () => {
    expect(properties(stage, 'FilesBucket').LifecycleConfiguration).toEqual({
      Rules: [
        {
          Id: 'recordings',
          Status: 'Enabled',
          Prefix: 'recordings/',
          Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }],
        },
        { Id: 'exports', Status: 'Enabled', Prefix: 'exports/', ExpirationInDays: 7 },
        { Id: 'reconciliations', Status: 'Enabled', Prefix: 'reconciliations/', ExpirationInDays: 30 },
        {
          Id: 'incomplete-uploads',
          Status: 'Enabled',
          Prefix: '',
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    });
  });

  test('calls are on demand and kept; their old and new images are streamed', () => {
    expect(resource(stage, 'CallsTable')).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    });
  });

  test('calls are found by time, parties, agent and id, in order of time, whole; by parties of legs only their keys', () => {
    const indexes = properties(stage, 'CallsTable').GlobalSecondaryIndexes as Index[];

    expect(
      Object.fromEntries(indexes.map((index) => [index.IndexName, index.KeySchema[0]?.AttributeName])),
    ).toEqual({
      byTime: 'slot',
      byCaller: 'callerKey',
      byCallee: 'calleeKey',
      byLeg: 'legKey',
      byAgent: 'agentKey',
      byCallId: 'otherId',
    });
    for (const { IndexName, KeySchema, Projection } of indexes) {
      expect(KeySchema.map(({ KeyType }) => KeyType)).toEqual(['HASH', 'RANGE']);
      expect(KeySchema[1]?.AttributeName).toBe('at');
      expect(Projection).toEqual({ ProjectionType: IndexName === 'byLeg' ? 'KEYS_ONLY' : 'ALL' });
    }
  });

  test('receivers may send to this queue, trace, and write their own logs; nothing else', () => {
    expect(statements(stage, 'ReceiverRole')).toEqual([
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('DeliveriesQueue') },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: CALLBACKS.map((name) => arn(`${idOf(name)}LogGroup`)),
      },
    ]);
  });

  test('the consumer may take from this queue, make dead letters, put into the table of deliveries, look there for tombstones and remove what is of an erased call, trace, and write its own logs; nothing else', () => {
    expect(statements(stage, 'ConsumerRole')).toEqual([
      {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: arn('DeliveriesQueue'),
      },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('DeliveriesDeadLetterQueue') },
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
        Resource: arn('DeliveriesTable'),
      },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arn('ConsumerLogGroup')],
      },
    ]);
  });

  test('the projector may read the deliveries and let what the archiver did expire, write the calls, put down what it gave up, trace, and write its own logs; nothing else', () => {
    expect(statements(stage, 'ProjectorRole')).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        Resource: { 'Fn::GetAtt': ['DeliveriesTable', 'StreamArn'] },
      },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('ProjectorFailuresQueue') },
      {
        Effect: 'Allow',
        Action: ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
        Resource: arn('DeliveriesTable'),
      },
      {
        Effect: 'Allow',
        Action: [
          ...['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
          'dynamodb:DeleteItem',
        ],
        Resource: arn('CallsTable'),
      },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arn('ProjectorLogGroup')],
      },
    ]);
  });

  test('the relay may read the stream of calls, look for tombstones, ask for recordings, queue events, put them on its bus, put down what it gave up, trace, and write its own logs; nothing else', () => {
    expect(statements(stage, 'RelayRole')).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        Resource: { 'Fn::GetAtt': ['CallsTable', 'StreamArn'] },
      },
      { Effect: 'Allow', Action: 'dynamodb:BatchGetItem', Resource: arn('DeliveriesTable') },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('RelayFailuresQueue') },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('RecordingsQueue') },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: ENDPOINTS_QUEUES },
      {
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: {
          'Fn::Sub': `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:event-bus/\${AWS::StackName}`,
        },
      },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arn('RelayLogGroup')],
      },
    ]);
  });

  test('webhooks may read the queues of endpoints and hide messages, read the secret of this stage, trace, and write their own logs; nothing else', () => {
    expect(statements(stage, 'WebhooksRole')).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ChangeMessageVisibility',
        ],
        Resource: ENDPOINTS_QUEUES,
      },
      {
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: {
          'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/nxcloud-callbacks/${stage}/webhook-secret`,
        },
      },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arn('WebhooksLogGroup')],
      },
    ]);
  });

  test('the archiver may read its queue and hide messages, write files of recordings and their results, trace, and write its own logs; it reads no recording', () => {
    expect(statements(stage, 'ArchiverRole')).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ChangeMessageVisibility',
        ],
        Resource: arn('RecordingsQueue'),
      },
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
        Resource: arn('DeliveriesTable'),
      },
      {
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'],
        Resource: { 'Fn::Sub': `\${FilesBucket.Arn}/recordings/*` },
      },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arn('ArchiverLogGroup')],
      },
    ]);
  });

  test('the api may read both tables, the files and what is counted, delete test calls, ask for exports and say so beside them, read what the last comparison found, trace, and write its own logs; nothing else', () => {
    expect(statements(stage, 'ApiRole')).toEqual([
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: { 'Fn::Sub': `\${CallsTable.Arn}/index/*` } },
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: arn('CallsTable') },
      { Effect: 'Allow', Action: ['dynamodb:Query', 'dynamodb:GetItem'], Resource: arn('DeliveriesTable') },
      {
        Effect: 'Allow',
        Action: 'dynamodb:DeleteItem',
        Resource: arn('DeliveriesTable'),
        Condition: {
          'ForAllValues:StringLike': {
            'dynamodb:LeadingKeys': CALLBACKS.flatMap((name) => [
              `${name}#nxcloud-test-*`,
              `${name}#call:nxcloud-test-*`,
            ]),
          },
        },
      },
      { Effect: 'Allow', Action: 'cloudwatch:GetMetricData', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: { 'Fn::Sub': `\${FilesBucket.Arn}/recordings/*` },
      },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('ExportsQueue') },
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: { 'Fn::Sub': `\${FilesBucket.Arn}/exports/*` },
      },
      {
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: { 'Fn::Sub': `\${FilesBucket.Arn}/exports/*.json` },
      },
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: { 'Fn::Sub': `\${FilesBucket.Arn}/reconciliations/latest.json` },
      },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: arn('FilesBucket') },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arn('ApiLogGroup')],
      },
    ]);
  });

  test('the reconciler may read its secret, both tables and its reports, queue what is missing as a callback and write its reports, trace, and write its own logs; it writes no table', () => {
    expect(statements(stage, 'ReconcilerRole')).toEqual([
      {
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: {
          'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/nxcloud-callbacks/${stage}/nxcloud-secret`,
        },
      },
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: { 'Fn::Sub': `\${CallsTable.Arn}/index/*` } },
      { Effect: 'Allow', Action: 'dynamodb:BatchGetItem', Resource: arn('CallsTable') },
      {
        Effect: 'Allow',
        Action: ['dynamodb:BatchGetItem', 'dynamodb:Query'],
        Resource: arn('DeliveriesTable'),
      },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('DeliveriesQueue') },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: { 'Fn::Sub': `\${FilesBucket.Arn}/reconciliations/*` },
      },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: arn('FilesBucket') },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arn('ReconcilerLogGroup')],
      },
    ]);
  });

  test('the page may trace and write its own logs; it reads no table and no file', () => {
    expect(statements(stage, 'PageRole')).toEqual([
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arn('PageLogGroup')],
      },
    ]);
  });

  test('the exporter may read calls by their indexes, take its jobs, write exports and delete them, trace, and write its own logs; nothing else', () => {
    expect(statements(stage, 'ExporterRole')).toEqual([
      {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: arn('ExportsQueue'),
      },
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: { 'Fn::Sub': `\${CallsTable.Arn}/index/*` } },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        Resource: { 'Fn::Sub': `\${FilesBucket.Arn}/exports/*` },
      },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: arn('FilesBucket') },
      { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [arn('ExporterLogGroup')],
      },
    ]);
  });

  test('there are no other roles, and only Lambda may assume them', () => {
    expect(ofType(stage, 'AWS::IAM::Role').map(([id]) => id)).toEqual([
      'ReceiverRole',
      'ConsumerRole',
      'ProjectorRole',
      'RelayRole',
      'WebhooksRole',
      'ArchiverRole',
      'ApiRole',
      'ExporterRole',
      'ReconcilerRole',
      'PageRole',
    ]);
    for (const [, { Properties }] of ofType(stage, 'AWS::IAM::Role')) {
      expect(Properties.AssumeRolePolicyDocument).toMatchObject({
        Statement: [{ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      });
      expect(Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  test('every function is untraced by default, on arm64 and Node 24, with explicit timeout and memory', () => {
    const functions = ofType(stage, 'AWS::Lambda::Function');

    expect(functions.map(([id]) => id).sort()).toEqual(
      FUNCTIONS.map((name) => `${idOf(name)}LambdaFunction`).sort(),
    );
    for (const [id, { Properties }] of functions) {
      expect(Properties).toMatchObject({
        TracingConfig: { Mode: 'PassThrough' },
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: expect.any(Number),
        ...(OTHERS[id] ?? { Timeout: 5, Role: arn('ReceiverRole') }),
      });
    }
  });

  test.each(CALLBACKS)('%s knows the queue, the networks and its own tokens', (callback) => {
    const told = Object.keys(variablesOf(resource(stage, `${idOf(callback)}LambdaFunction`)));

    expect(told.sort()).toEqual(
      [
        'ALLOWED_NETWORKS',
        'POWERTOOLS_SERVICE_NAME',
        'QUEUE_URL',
        `${callback.toUpperCase()}_TOKEN_SHA256`,
      ].sort(),
    );
  });

  test('the consumer knows the table of deliveries and the dead-letter queue, and nothing that only receivers need', () => {
    const told = Object.keys(variablesOf(resource(stage, 'ConsumerLambdaFunction')));

    expect(told.sort()).toEqual(['DEAD_LETTER_QUEUE_URL', 'DELIVERIES_TABLE', 'POWERTOOLS_SERVICE_NAME']);
  });

  test('the projector knows both tables', () => {
    expect(variablesOf(resource(stage, 'ProjectorLambdaFunction'))).toEqual({
      DELIVERIES_TABLE: { Ref: 'DeliveriesTable' },
      CALLS_TABLE: { Ref: 'CallsTable' },
      POWERTOOLS_SERVICE_NAME: `nxcloud-callbacks-${stage}`,
    });
  });

  test('the relay knows the recordings queue, that archiving is off, and that nobody receives events', () => {
    expect(variablesOf(resource(stage, 'RelayLambdaFunction'))).toEqual({
      ARCHIVE_RECORDINGS: 'off',
      RECORDINGS_QUEUE_URL: { Ref: 'RecordingsQueue' },
      EVENT_BUS: 'off',
      EVENT_BUS_NAME: `nxcloud-callbacks-${stage}`,
      WEBHOOK_URLS: '',
      WEBHOOK_QUEUES: expect.anything(),
      DELIVERIES_TABLE: { Ref: 'DeliveriesTable' },
      POWERTOOLS_SERVICE_NAME: `nxcloud-callbacks-${stage}`,
    });
  });

  test('the archiver knows its queue, its bucket and table, the allowed hosts, and its stage', () => {
    expect(variablesOf(resource(stage, 'ArchiverLambdaFunction'))).toEqual({
      STAGE: stage,
      DELIVERIES_TABLE: { Ref: 'DeliveriesTable' },
      FILES_BUCKET: { Ref: 'FilesBucket' },
      RECORDINGS_QUEUE_URL: { Ref: 'RecordingsQueue' },
      RECORDING_HOSTS: '',
      POWERTOOLS_SERVICE_NAME: `nxcloud-callbacks-${stage}`,
    });
  });

  test('the api knows both tables, the bucket, its queue, the time zone, its stage and who signs readers in', () => {
    expect(variablesOf(resource(stage, 'ApiLambdaFunction'))).toEqual({
      DELIVERIES_TABLE: { Ref: 'DeliveriesTable' },
      CALLS_TABLE: { Ref: 'CallsTable' },
      FILES_BUCKET: { Ref: 'FilesBucket' },
      EXPORTS_QUEUE_URL: { Ref: 'ExportsQueue' },
      TIME_ZONE: 'Asia/Shanghai',
      STAGE: stage,
      OIDC_ISSUER: { 'Fn::GetAtt': ['UserPool', 'ProviderURL'] },
      OIDC_CLIENT_ID: { Ref: 'PageClient' },
      OIDC_SCOPE: 'calls/read',
      OIDC_REQUIRED_CLAIM: '',
      RECONCILE: 'off',
      POWERTOOLS_SERVICE_NAME: `nxcloud-callbacks-${stage}`,
    });
  });

  test('the reconciler is told its stage, the queue, both tables and the bucket; without an access key that it compares nothing', () => {
    expect(variablesOf(resource(stage, 'ReconcilerLambdaFunction'))).toEqual({
      STAGE: stage,
      QUEUE_URL: { Ref: 'DeliveriesQueue' },
      DELIVERIES_TABLE: { Ref: 'DeliveriesTable' },
      CALLS_TABLE: { Ref: 'CallsTable' },
      FILES_BUCKET: { Ref: 'FilesBucket' },
      NXCLOUD_ACCESS_KEY: '',
      NXCLOUD_GATEWAY: '',
      NXCLOUD_SECRET: '',
      RECONCILE: 'off',
      POWERTOOLS_SERVICE_NAME: `nxcloud-callbacks-${stage}`,
    });
  });

  test('the reconciler could be called once an hour, only by its own rule, and is not called as long as it compares nothing', () => {
    const [[id, rule] = [], ...others] = ofType(stage, 'AWS::Events::Rule');
    const target = arn('ReconcilerLambdaFunction');

    expect(others).toEqual([]);
    expect(rule?.Properties).toMatchObject({
      Name: `nxcloud-callbacks-${stage}-reconciler`,
      ScheduleExpression: 'rate(1 hour)',
      State: 'DISABLED',
      Targets: [{ Arn: target }],
    });
    const permissions = ofType(stage, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties);
    expect(permissions.filter(({ Principal }) => Principal === 'events.amazonaws.com')).toEqual([
      {
        FunctionName: target,
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: arn(id ?? ''),
      },
    ]);
  });

  test('the metrics of a stage carry its name', () => {
    for (const [, { Properties }] of ofType(stage, 'AWS::Lambda::Function')) {
      expect(Properties.Environment).toMatchObject({
        Variables: { POWERTOOLS_SERVICE_NAME: `nxcloud-callbacks-${stage}` },
      });
    }
  });

  test('every log group has a retention, that of the api a year, and is deleted with the stack', () => {
    const groups = ofType(stage, 'AWS::Logs::LogGroup');

    expect(groups.map(([id]) => id).sort()).toEqual(
      [...FUNCTIONS, 'httpApi'].map((name) => `${idOf(name)}LogGroup`).sort(),
    );
    for (const [id, group] of groups) {
      expect(group).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
      const days = stage === 'prod' ? 90 : 30;
      expect(group.Properties.RetentionInDays).toBe(id === 'ApiLogGroup' ? 365 : days);
    }
  });

  test('the API calls functions with events of the version that the samples have', () => {
    const integrations = ofType(stage, 'AWS::ApiGatewayV2::Integration');

    expect(integrations.length).toBe(CALLBACKS.length + 2);
    for (const [, { Properties }] of integrations) {
      expect(Properties.PayloadFormatVersion).toBe(sampleOf('cc').version);
    }
  });

  test('the API throttles, has no metrics by route and logs no path, query or header', () => {
    const { DefaultRouteSettings, AccessLogSettings } = properties(stage, 'HttpApiStage');
    const { Format, DestinationArn } = AccessLogSettings as { Format: string; DestinationArn: unknown };

    expect(DefaultRouteSettings).toEqual({
      DetailedMetricsEnabled: false,
      ThrottlingRateLimit: stage === 'prod' ? '1000' : '200',
      ThrottlingBurstLimit: stage === 'prod' ? '2000' : '500',
    });
    expect(DestinationArn).toEqual(arn('HttpApiLogGroup'));
    expect([...Format.matchAll(/\$context\.([\w.]+)/g)].map(([, variable]) => variable)).toEqual([
      'requestId',
      'requestTime',
      'routeKey',
      'status',
      'responseLatency',
      'integrationLatency',
      'integrationErrorMessage',
      'error.message',
      'identity.sourceIp',
    ]);
    // The filter for 429 reads the status; what did not happen is written as `-`.
    const line = Format.replace('$context.status', '429').replaceAll(/\$context\.[\w.]+/g, '-');
    expect(JSON.parse(line)).toMatchObject({ status: 429 });
  });

  test('the consumer takes ten messages at a time, has a maximum concurrency and reports each failed message', () => {
    expect(properties(stage, 'ConsumerEventSourceMappingSQSDeliveriesQueue')).toMatchObject({
      EventSourceArn: arn('DeliveriesQueue'),
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: stage === 'prod' ? 50 : 10 },
    });
  });

  test.each([
    [
      'projector',
      'ProjectorEventSourceMappingDynamodbDeliveriesTable',
      'DeliveriesTable',
      'ProjectorFailuresQueue',
    ],
    ['relay', 'RelayEventSourceMappingDynamodbCallsTable', 'CallsTable', 'RelayFailuresQueue'],
  ])(
    'the %s reads its stream from the beginning, and retries a record as long as the stream keeps it',
    (_, id, table, failures) => {
      const DAY = 86_400;
      const source = properties(stage, id);

      expect(source).toMatchObject({
        EventSourceArn: { 'Fn::GetAtt': [table, 'StreamArn'] },
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 100,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: -1,
        DestinationConfig: { OnFailure: { Destination: arn(failures) } },
      });
      // After a day the stream forgets it, and nobody would be told.
      expect(source.MaximumRecordAgeInSeconds).toBeGreaterThan(0.9 * DAY);
      expect(source.MaximumRecordAgeInSeconds).toBeLessThan(DAY);
    },
  );

  test('at most five archivers fetch five recordings each, so that callbacks keep the rest of the concurrency', () => {
    expect(properties(stage, 'ArchiverEventSourceMappingSQSRecordingsQueue')).toMatchObject({
      EventSourceArn: arn('RecordingsQueue'),
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  test('without archiving and receivers of events, nothing polls for them, and no resources exist for them', () => {
    for (const id of [
      'RelayEventSourceMappingDynamodbCallsTable',
      'ArchiverEventSourceMappingSQSRecordingsQueue',
    ]) {
      expect(properties(stage, id).Enabled).toBe(false);
    }
    expect(
      Object.keys(template(stage).Resources).filter((id) => /^(EventBus|Webhook.{8}Queue)/.test(id)),
    ).toEqual([]);
    expect(properties(stage, 'WebhooksDeadLetterQueue').RedriveAllowPolicy).toEqual({
      redrivePermission: 'denyAll',
    });
  });

  test('the deployment bucket is encrypted, private and TLS-only', () => {
    expect(properties(stage, 'ServerlessDeploymentBucket')).toMatchObject({
      BucketEncryption: expect.anything(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(JSON.stringify(properties(stage, 'ServerlessDeploymentBucketPolicy'))).toContain(
      'aws:SecureTransport',
    );
  });

  test('names carry service and stage', () => {
    const named = Object.values(template(stage).Resources).flatMap(({ Properties = {} }) =>
      Object.entries(Properties)
        .filter(([name]) => /^(Queue|Table|Function|LogGroup|Alarm|Topic|Dashboard)Name$/.test(name))
        .map(([, value]) => value)
        .filter((value) => typeof value === 'string'),
    );

    expect(named.length).toBeGreaterThan(40);
    for (const name of named) expect(name).toContain(`nxcloud-callbacks-${stage}`);
  });

  test('functions and API carry the tags that the stack has', () => {
    const tags = { service: 'nxcloud-callbacks', stage };

    expect(properties(stage, 'HttpApi').Tags).toEqual(tags);
    for (const [, { Properties }] of ofType(stage, 'AWS::Lambda::Function')) {
      expect(Properties.Tags).toEqual(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));
    }
  });
});

test.each([
  ['aws', 'eu-central-1', 'https://eu-central-1.console.aws.amazon.com/cloudwatch/'],
  ['aws-cn', 'cn-north-1', 'https://cn-north-1.console.amazonaws.cn/cloudwatch/'],
  ['aws-us-gov', 'us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/cloudwatch/'],
])('the URL of the dashboard is that of the console of partition %s', (partition, region, expected) => {
  const { Outputs, Mappings } = template('prod');
  type Url = { Value: { 'Fn::Sub': [string, { Console: { 'Fn::FindInMap': [string, object, string] } }] } };
  const [text, { Console }] = (Outputs.DashboardUrl as Url).Value['Fn::Sub'];
  const [map, key, name] = Console['Fn::FindInMap'];

  expect(key).toEqual({ Ref: 'AWS::Partition' });
  const host = Mappings?.[map]?.[partition]?.[name] ?? '';
  expect(text.replaceAll(`\${AWS::Region}`, region).replace(`\${Console}`, host)).toContain(expected);
});

test('no name of a resource contains a partition', () => {
  const { Resources, Outputs } = template('prod');
  const text = JSON.stringify({ Resources, Outputs });
  // Services that act for the stack are called the same everywhere.
  const anywhere = text.replaceAll(
    /"(lambda|apigateway|cloudwatch|events|logs|s3|dynamodb)\.amazonaws\.com"/g,
    '',
  );

  expect(anywhere).not.toMatch(/arn:aws[:-]/);
  expect(anywhere).not.toMatch(/amazonaws\.com|aws\.amazon\.com/);
});

test('local keeps neither tables nor files nor data', async () => {
  const { Resources } = JSON.parse(readFileSync(await packagedTemplate('local'), 'utf8'));

  expect(Resources.DeliveriesTable).toMatchObject({
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtectionEnabled: false },
  });
  expect(Resources.CallsTable).toMatchObject({ DeletionPolicy: 'Delete' });
  expect(Resources.FilesBucket).toMatchObject({
    DeletionPolicy: 'Delete',
    Properties: { BucketName: 'nxcloud-callbacks-local' },
  });
});

test('the API answers at its own host name only if one is set', () => {
  expect(ofType('dev', 'AWS::ApiGatewayV2::DomainName')).toEqual([]);
});

const CERTIFICATE = 'arn:aws:acm:ap-southeast-1:000000000000:certificate/0a1b2c3d';

describe('settings of the environment reach the template', () => {
  let settled: Template;
  beforeAll(async () => {
    const project = copyProject();
    settled = await project
      .template('dev', {
        LOG_RETENTION_DAYS: '7',
        AUDIT_RETENTION_DAYS: '731',
        TIME_ZONE: 'Europe/Berlin',
        API_THROTTLE_RATE: '5',
        API_THROTTLE_BURST: '6',
        API_CONCURRENCY: '7',
        THROTTLE_RATE: '50',
        THROTTLE_BURST: '60',
        CONSUMER_CONCURRENCY: '3',
        ALARM_EMAIL: 'oncall@example.com',
        ALLOWED_NETWORKS: '203.0.113.0/24',
        TRACING: 'Active',
        ICC_SILENCE_HOURS: '12',
        RETENTION_DAYS: '365',
        PNS_RETENTION_DAYS: '5',
        ARCHIVE_RECORDINGS: 'on',
        RECORDING_HOSTS: 'record.example.com,*.example.net',
        RECONCILE: 'hourly',
        NXCLOUD_ACCESS_KEY: 'AK0a1b2c3d',
        NXCLOUD_GATEWAY: 'https://api-idn.nxlink.ai',
        NXCLOUD_SECRET: 'not-for-aws',
        DOMAIN: 'calls.example.com',
        CERTIFICATE_ARN: CERTIFICATE,
      })
      .finally(project.remove);
  });
  const settledProperties = (id: string) => settled.Resources[id]?.Properties;

  test('retention, throttling, concurrency, networks and tracing', () => {
    expect(settledProperties('PnsLogGroup')?.RetentionInDays).toBe(7);
    expect(settledProperties('HttpApiLogGroup')?.RetentionInDays).toBe(7);
    expect(settledProperties('ApiLogGroup')?.RetentionInDays).toBe(731);
    expect(settledProperties('HttpApiStage')).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: '50', ThrottlingBurstLimit: '60' },
      RouteSettings: { 'GET /api/calls': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 6 } },
    });
    expect(settledProperties('ApiLambdaFunction')).toMatchObject({
      ReservedConcurrentExecutions: 7,
      Environment: { Variables: { TIME_ZONE: 'Europe/Berlin' } },
    });
    expect(settledProperties('ConsumerEventSourceMappingSQSDeliveriesQueue')?.ScalingConfig).toEqual({
      MaximumConcurrency: 3,
    });
    expect(settledProperties('PnsLambdaFunction')).toMatchObject({
      Environment: { Variables: { ALLOWED_NETWORKS: '203.0.113.0/24' } },
      TracingConfig: { Mode: 'Active' },
    });
  });

  test('whether recordings are archived, and which hosts have them', () => {
    expect(settledProperties('RelayLambdaFunction')?.Environment).toMatchObject({
      Variables: { ARCHIVE_RECORDINGS: 'on' },
    });
    expect(settledProperties('ArchiverLambdaFunction')?.Environment).toMatchObject({
      Variables: { RECORDING_HOSTS: 'record.example.com,*.example.net' },
    });
    expect(settledProperties('RelayEventSourceMappingDynamodbCallsTable')?.Enabled).toBe(true);
    expect(settledProperties('ArchiverEventSourceMappingSQSRecordingsQueue')?.Enabled).toBe(true);
  });

  test('how often the calls are compared, and whom to ask as whom; not the secret', () => {
    expect(settledProperties('ReconcilerLambdaFunction')?.Environment).toMatchObject({
      Variables: {
        RECONCILE: 'hourly',
        NXCLOUD_ACCESS_KEY: 'AK0a1b2c3d',
        NXCLOUD_GATEWAY: 'https://api-idn.nxlink.ai',
      },
    });
    expect(settledProperties('ApiLambdaFunction')?.Environment).toMatchObject({
      Variables: { RECONCILE: 'hourly' },
    });
    expect(JSON.stringify(settled)).not.toContain('not-for-aws');
    const rules = Object.values(settled.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');
    expect(rules.map(({ Properties }) => Properties.State)).toEqual(['ENABLED']);
  });

  test('who is told of callbacks that did not arrive, and of comparisons that fail for three hours', () => {
    const actions = { AlarmActions: [{ Ref: 'AlarmTopic' }], TreatMissingData: 'notBreaching' };

    expect(settledProperties('CcMissingAlarm')).toMatchObject({
      ...actions,
      AlarmDescription: expect.stringMatching(
        /callbacks did not arrive.*npm run reconcile -- --stage dev --report/,
      ),
      MetricName: 'Missing',
      Dimensions: [
        { Name: 'service', Value: 'nxcloud-callbacks-dev' },
        { Name: 'callback', Value: 'cc' },
      ],
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
    });
    expect(settledProperties('UnreconciledAlarm')).toMatchObject({
      ...actions,
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'ReconcilerLambdaFunction' } }],
      Period: 3600,
      EvaluationPeriods: 3,
      Threshold: 0,
    });
    const runbook = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');
    for (const id of ['CcMissingAlarm', 'UnreconciledAlarm']) {
      const [, entry] = /#([\w-]+)$/.exec(String(settledProperties(id)?.AlarmDescription)) ?? [];
      expect(runbook).toContain(`\n## ${entry}\n`);
    }
  });

  test('how long what was received is kept, and what was made of it', () => {
    const lifecycle = settledProperties('FilesBucket')?.LifecycleConfiguration;
    const { Rules = [] } = (lifecycle ?? {}) as { Rules?: object[] };

    for (const name of CALLBACKS.filter((one) => one !== 'pns')) {
      expect(Rules).toContainEqual({
        ...{ Id: `recordings-${name}`, Status: 'Enabled', Prefix: `recordings/${name}/` },
        ...{ ExpirationInDays: 365, Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }] },
      });
    }
    expect(Rules).toContainEqual({
      ...{ Id: 'recordings-pns', Status: 'Enabled', Prefix: 'recordings/pns/', ExpirationInDays: 5 },
    });
    expect(Rules).toContainEqual(expect.objectContaining({ Prefix: 'exports/', ExpirationInDays: 5 }));
    for (const id of ['ConsumerLambdaFunction', 'ArchiverLambdaFunction', 'ReconcilerLambdaFunction']) {
      expect(settledProperties(id)?.Environment).toMatchObject({
        Variables: { RETENTION_DAYS: '365', PNS_RETENTION_DAYS: '5' },
      });
    }
  });

  test('who gets the alarms, and which callbacks may not be silent', () => {
    expect(settledProperties('AlarmEmail')).toMatchObject({
      Protocol: 'email',
      Endpoint: 'oncall@example.com',
    });
    expect(settledProperties('IccSilenceAlarm')).toEqual({
      AlarmName: 'nxcloud-callbacks-dev-icc-silence',
      AlarmDescription: expect.stringContaining('for 12 h'),
      Namespace: 'NxcloudCallbacks',
      MetricName: 'Accepted',
      Dimensions: [
        { Name: 'service', Value: 'nxcloud-callbacks-dev' },
        { Name: 'callback', Value: 'icc' },
      ],
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 12,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      AlarmActions: [{ Ref: 'AlarmTopic' }],
      OKActions: [{ Ref: 'AlarmTopic' }],
    });
    expect(settledProperties('PnsSilenceAlarm')).toBeUndefined();
  });

  test('the host name of the URLs, which survives a new API behind it', () => {
    expect(settledProperties('CustomDomain')).toEqual({
      DomainName: 'calls.example.com',
      DomainNameConfigurations: [
        { CertificateArn: CERTIFICATE, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    expect(settledProperties('CustomDomainMapping')).toEqual({
      DomainName: { Ref: 'CustomDomain' },
      ApiId: { Ref: 'HttpApi' },
      Stage: { Ref: 'HttpApiStage' },
    });
    for (const callback of CALLBACKS) {
      expect(settled.Outputs[`${idOf(callback)}CallbackUrl`]?.Value).toEqual({
        'Fn::Sub': `https://calls.example.com/${callback}/callback`,
      });
    }
    expect(settled.Outputs.CustomDomainTarget?.Value).toEqual({
      'Fn::GetAtt': ['CustomDomain', 'RegionalDomainName'],
    });
  });
});
