import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handler as cc } from '../functions/cc.ts';
import { handler as icc } from '../functions/icc.ts';
import { serialize, sha256 } from '../shared/message.ts';
import { BAD_BODIES, BAD_FORMS, withForm } from './support/bad-bodies.ts';

const ROOT = join(import.meta.dirname, '..');
const PROVIDER_HANGS_UP_SECONDS = 5;
const SLOWEST_ANSWER_SECONDS = 3.5;
const DAY = 86_400;

const directory = mkdtempSync(join(tmpdir(), 'nxcloud-callbacks-'));
type Properties = {
  Timeout: number;
  VisibilityTimeout: number;
  MessageRetentionPeriod: number;
  MaximumMessageSize: number;
  RedrivePolicy: { maxReceiveCount: number };
};
let resources: Record<string, { Type: string; Properties: Properties }>;

beforeAll(async () => {
  const digests = ['CC', 'PREDICTIVE', 'ICC', 'PNS'].map((name) => [`${name}_TOKEN_SHA256`, sha256(name)]);
  await promisify(execFile)('npx', ['serverless', 'package', '--stage', 'prod', '--package', directory], {
    cwd: ROOT,
    env: { ...process.env, AWS_REGION: 'ap-southeast-1', ...Object.fromEntries(digests) },
  });
  const template = readFileSync(join(directory, 'cloudformation-template-update-stack.json'), 'utf8');
  resources = JSON.parse(template).Resources;
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const functions = () => Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
const properties = (logicalId: string): Properties => {
  const resource = resources[logicalId];
  if (resource === undefined) throw new Error(`the template has no ${logicalId}`);
  return resource.Properties;
};

test('a receiver has the time to answer that SQS is unavailable, and no more than its provider waits', () => {
  const receivers = functions().filter(([logicalId]) => logicalId !== 'ConsumerLambdaFunction');

  expect(receivers).toHaveLength(4);
  for (const [, { Properties }] of receivers) {
    expect(Properties.Timeout).toBeGreaterThan(SLOWEST_ANSWER_SECONDS);
    expect(Properties.Timeout).toBeLessThanOrEqual(PROVIDER_HANGS_UP_SECONDS);
  }
});

test('a message is delivered again only when the consumer that had it is long gone', () => {
  const { Timeout } = properties('ConsumerLambdaFunction');

  expect(properties('CallsQueue').VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
});

test('a message is tried at least five times and kept long enough for all of them', () => {
  const { RedrivePolicy, VisibilityTimeout, MessageRetentionPeriod } = properties('CallsQueue');

  expect(RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(5);
  expect(RedrivePolicy.maxReceiveCount * VisibilityTimeout).toBeLessThan(MessageRetentionPeriod);
});

test('the queue keeps messages for 4 days, the dead-letter queue for 14', () => {
  expect(properties('CallsQueue').MessageRetentionPeriod).toBe(4 * DAY);
  expect(properties('CallsDeadLetterQueue').MessageRetentionPeriod).toBe(14 * DAY);
});

const CAP = 128 * 1024;

test('the queue takes the largest message that a body under the cap can become', () => {
  const bodies = Object.values(BAD_BODIES).map((body) => ({
    read: cc.read,
    bytes: Buffer.from(body as string),
  }));
  const forms = Object.values(BAD_FORMS).map((form) => ({
    read: icc.read,
    bytes: Buffer.from(withForm('1', form)),
  }));
  const sizes = [...bodies, ...forms]
    .filter(({ bytes }) => bytes.length <= CAP)
    .map(({ read, bytes }) => Buffer.byteLength(serialize(read(bytes, new Date().toISOString()))));

  expect(Math.max(...sizes)).toBeGreaterThan(5 * CAP);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(properties('CallsQueue').MaximumMessageSize);
});
