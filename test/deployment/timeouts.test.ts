import { expect, test } from 'vitest';
import { BAD_BODIES, BAD_FORMS, withForm } from '../../fixtures/bad-bodies.ts';
import { cc } from '../../shared/callbacks/cc.ts';
import { icc } from '../../shared/callbacks/icc.ts';
import { receive } from '../../shared/deliveries/delivery.ts';
import { serialize } from '../../shared/deliveries/message.ts';
import { nextWait } from '../../shared/recordings/schedule.ts';
import { CALLBACKS, idOf, packagedStages } from '../support/template.ts';

const PROVIDER_HANGS_UP_SECONDS = 5;
const SLOWEST_ANSWER_SECONDS = 3.5;
const SQS_HIDES_SECONDS = 12 * 3600;
const DAY = 86_400;

type Properties = {
  Timeout: number;
  VisibilityTimeout: number;
  MessageRetentionPeriod: number;
  MaximumMessageSize: number;
  RedrivePolicy: { maxReceiveCount: number };
};
const packaged = packagedStages();
const properties = (logicalId: string) => packaged.properties('prod', logicalId) as Properties;

test.each(CALLBACKS)(
  '%s has the time to answer that SQS is unavailable, and no more than its provider waits',
  (name) => {
    const { Timeout } = properties(`${idOf(name)}LambdaFunction`);

    expect(Timeout).toBeGreaterThan(SLOWEST_ANSWER_SECONDS);
    expect(Timeout).toBeLessThanOrEqual(PROVIDER_HANGS_UP_SECONDS);
  },
);

test('a recording is fetched again only long after its archiver has ended', () => {
  const { Timeout } = properties('ArchiverLambdaFunction');

  expect(properties('RecordingsQueue').VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
});

test('one message requests a recording for two days, with at least five attempts to spare', () => {
  const { RedrivePolicy, MessageRetentionPeriod } = properties('RecordingsQueue');
  const { Timeout } = properties('ArchiverLambdaFunction');
  let attempts = 1;
  let age = Timeout;
  for (let wait = nextWait(age); wait !== undefined; wait = nextWait(age)) {
    expect(wait + Timeout).toBeLessThan(SQS_HIDES_SECONDS);
    age += wait + Timeout;
    attempts++;
  }

  expect(RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(attempts + 5);
  expect(age).toBeLessThan(MessageRetentionPeriod);
});

test('a message is delivered again only long after its consumer has ended', () => {
  const { Timeout } = properties('ConsumerLambdaFunction');

  expect(properties('DeliveriesQueue').VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
});

const HOUR = 3_600;

test('a table may be unavailable for ten hours before a message is a dead letter, which is then noticed twice in time', () => {
  const { RedrivePolicy, VisibilityTimeout, MessageRetentionPeriod } = properties('DeliveriesQueue');

  const triedFor = RedrivePolicy.maxReceiveCount * VisibilityTimeout;

  expect(triedFor).toBeGreaterThan(10 * HOUR);
  expect(triedFor).toBeLessThan(MessageRetentionPeriod);
  // It dies 14 days after it was sent. The second alarm goes off 12 days after it became a dead
  // letter.
  expect(triedFor).toBeLessThan(1.5 * DAY);
});

test('the queue keeps messages for 4 days, the dead-letter queue for 14', () => {
  expect(properties('DeliveriesQueue').MessageRetentionPeriod).toBe(4 * DAY);
  expect(properties('DeliveriesDeadLetterQueue').MessageRetentionPeriod).toBe(14 * DAY);
});

const CAP = 128 * 1024;

test('the queue takes the largest message that a body under the cap can become', () => {
  const bodies = Object.values(BAD_BODIES).map((body) => ({
    callback: cc,
    bytes: Buffer.from(body as string),
  }));
  const forms = Object.values(BAD_FORMS).map((form) => ({
    callback: icc,
    bytes: Buffer.from(withForm('1', form)),
  }));
  const sizes = [...bodies, ...forms]
    .filter(({ bytes }) => bytes.length <= CAP)
    .map(({ callback, bytes }) =>
      Buffer.byteLength(serialize(receive(callback, bytes, new Date().toISOString()).item)),
    );

  expect(Math.max(...sizes)).toBeGreaterThan(5 * CAP);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(properties('DeliveriesQueue').MaximumMessageSize);
});
