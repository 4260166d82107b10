import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts, SetupError } from '../../infrastructure/ports.ts';
import { clients, type Database, type Emulator, startDatabase, startQueues } from '../../local/emulators.ts';
import { queueSources, streamSources } from '../../local/event-sources.ts';
import type { Resources } from '../../local/plugin.ts';
import { createResources } from '../../local/resources.ts';
import { featuresOf } from '../../local/tables.ts';

const key = (AttributeName: string, KeyType = 'HASH') => ({ AttributeName, KeyType });
const table = (TableName: string, indexes: object[], extra = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    DeletionProtectionEnabled: true,
    AttributeDefinitions: ['pk', 'other'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [key('pk')],
    GlobalSecondaryIndexes: indexes,
    ...extra,
  },
});
const index = (IndexName: string, Projection: object) => ({
  IndexName,
  KeySchema: [key('other')],
  Projection,
});

const RESOURCES: Resources = {
  Jobs: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      QueueName: 'jobs',
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Failed', 'Arn'] }, maxReceiveCount: 5 },
    },
  },
  Failed: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failed', MessageRetentionPeriod: 1_209_600 } },
  Files: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'files' } },
  One: table('one', [index('byOther', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'b'] })], {
    StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  }),
  Two: table('two', [index('byOther', { ProjectionType: 'ALL' })], {
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  }),
  Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
};

const FUNCTIONS = {
  worker: {
    name: 'stack-worker',
    events: [{ sqs: { arn: { 'Fn::GetAtt': ['Jobs', 'Arn'] }, batchSize: 5 } }],
  },
  follower: {
    name: 'stack-follower',
    events: [
      {
        stream: { type: 'dynamodb', arn: { 'Fn::GetAtt': ['One', 'StreamArn'] }, startingPosition: 'LATEST' },
      },
    ],
  },
};

let queues: Emulator;
let database: Database;
let aws: ReturnType<typeof clients>;
let urls: Record<string, string>;

beforeAll(async () => {
  const ports = await freePorts();
  queues = await startQueues(ports.sqs);
  database = await startDatabase(ports.dynamodb);
  aws = clients({ sqs: queues.endpoint, dynamodb: database.endpoint });
  urls = await createResources(RESOURCES, aws, queues.endpoint);
});
afterAll(async () => {
  await database.stop();
  await queues.stop();
});

test('queues have the attributes and dead-letter queues of serverless.yml', async () => {
  const QueueUrl = urls.Jobs;
  const { Attributes } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );

  expect(Attributes).toMatchObject({ VisibilityTimeout: '60' });
  expect(JSON.parse(Attributes?.RedrivePolicy ?? '')).toMatchObject({
    deadLetterTargetArn: expect.stringMatching(/:failed$/),
    maxReceiveCount: 5,
  });
  expect(urls.Failed).toBe(`${queues.endpoint}/000000000000/failed`);
});

test('buckets keep their objects', async () => {
  const file = { Bucket: 'files', Key: 'exports/1.csv' };
  await aws.s3.send(new PutObjectCommand({ ...file, Body: 'a,b' }));
  const { Body } = await aws.s3.send(new GetObjectCommand(file));

  expect(await Body?.transformToString()).toBe('a,b');
});

test('tables have their indexes, with what each projects', async () => {
  const { Table } = await aws.dynamodb.send(new DescribeTableCommand({ TableName: 'one' }));

  expect(Table?.GlobalSecondaryIndexes).toMatchObject([
    {
      IndexName: 'byOther',
      IndexStatus: 'ACTIVE',
      KeySchema: [key('other')],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'b'] },
    },
  ]);
});

test('a table has a stream only if a function reads it', () => {
  expect(featuresOf(RESOURCES, streamSources(FUNCTIONS))).toEqual({
    one: { keys: ['pk'], stream: 'KEYS_ONLY', expiry: 'expiresAt' },
    two: { keys: ['pk'], stream: undefined, expiry: undefined },
  });
});

test('event sources are those of serverless.yml, with the defaults of Serverless', () => {
  expect(queueSources(FUNCTIONS)).toEqual([
    { key: 'worker', name: 'stack-worker', queue: 'Jobs', batchSize: 5 },
  ]);
  expect(streamSources(FUNCTIONS)).toEqual([
    {
      key: 'follower',
      name: 'stack-follower',
      table: 'One',
      batchSize: 10,
      start: 'LATEST',
      reportsFailures: false,
    },
  ]);
});

test('existing resources are left as they are', async () => {
  expect(await createResources(RESOURCES, aws, queues.endpoint)).toEqual(urls);
});

test.each([
  ['other keys', table('two', [], { KeySchema: [key('pk'), key('other', 'RANGE')] })],
  ['another index', table('two', [index('byAnother', { ProjectionType: 'ALL' })])],
  ['an index that projects less', table('two', [index('byOther', { ProjectionType: 'KEYS_ONLY' })])],
])('a table with %s is reported, and nothing is created beside it', async (_, two) => {
  const changed = {
    ...RESOURCES,
    Two: two,
    Three: table('three', [index('byOther', { ProjectionType: 'ALL' })]),
  };

  await expect(createResources(changed, aws, queues.endpoint)).rejects.toThrow(SetupError);
  await expect(aws.dynamodb.send(new DescribeTableCommand({ TableName: 'three' }))).rejects.toThrow(
    /not found/,
  );
});

test('an index may project 20 attributes, and a table 100 in all', async () => {
  const names = (count: number, prefix: string) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
  const include = (count: number, name: string) =>
    index(name, { ProjectionType: 'INCLUDE', NonKeyAttributes: names(count, name) });
  const create = (indexes: object[]) =>
    createResources({ Wide: table(`wide-${indexes.length}`, indexes) }, aws, queues.endpoint);

  await expect(create([include(21, 'one')])).rejects.toThrow(SetupError);
  await expect(create(names(6, 'index').map((name) => include(17, name)))).rejects.toThrow(SetupError);
  await create(names(5, 'index').map((name) => include(20, name)));
});
