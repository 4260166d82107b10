import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import type { Fault } from '../support/fault-proxy.ts';
import { plainEnvironment, ROOT, run as runScript } from '../support/run.ts';
import { until } from '../support/until.ts';
import { tellOf } from './provider.ts';
import {
  acknowledged,
  CALLS,
  expectPersistentAcknowledged,
  firstPuts,
  inject,
  play,
  type Story,
} from './story.ts';
import type { Options, World } from './world.ts';

// More than an invocation tries, so that the queue has to deliver again; a put that hangs takes all
// of an invocation's time.
const FAULTS: [string, Fault, count: number, Options][] = [
  ['5xx for some keys', 'error', 4, {}],
  ['throttled for some keys', 'throttle', 4, {}],
  ['answer dropped after commit', 'drop', 4, {}],
  ['hung for some keys', 'hang', 1, { timeoutMs: 3_000 }],
];
test.concurrent.each(FAULTS)(
  'loses no delivery and folds every call under: DynamoDB %s',
  async (name, fault, count, options) => {
    let struck = { count: 0 };
    const { provider } = await play(`DynamoDB ${name}`, options, ({ world, run }) => {
      struck = inject(world.dynamodb, 'PutItem', fault, firstPuts(count));
      return run();
    });

    expect(struck.count).toBeGreaterThan(0);
    expectPersistentAcknowledged(provider);
  },
);

test.concurrent('loses no delivery and folds every call when DynamoDB is down until all are dead letters, and they are redriven', async () => {
  let buried = 0;
  const story = async ({ world, run }: Story) => {
    await world.dynamodb.refuse();
    await run();
    await world.atRest();
    buried = await world.deadLetterCount();
    await world.dynamodb.accept();
    expect(await redrive(world)).toMatchObject({
      code: 0,
      output: expect.stringContaining('All of them are stored'),
    });
  };
  const { ending, provider } = await play('DynamoDB down, then redriven', { maxReceiveCount: 5 }, story);

  expect(buried).toBeGreaterThanOrEqual(acknowledged(provider).size);
  expect(ending['dead letters']).toBe(0);
});

// A message comes again every three minutes.
const TWO_HOURS = 40;

test.concurrent('makes no dead letters while DynamoDB is down for two hours', async () => {
  let received = 0;
  const batch: Options['batch'] = (event) => {
    received += event.Records.length;
    return event;
  };
  const { ending, provider } = await play(
    'DynamoDB down for two hours',
    { batch },
    async ({ world, run }) => {
      await world.dynamodb.refuse();
      await run(tellOf(CALLS / 5));
      const waiting = await world.waiting();
      await until(async () => received >= TWO_HOURS * waiting || (await world.deadLetterCount()) > 0);
      await world.dynamodb.accept();
    },
  );

  expect(ending).toMatchObject({ 'dead letters': 0, stored: acknowledged(provider).size });
});

const redrive = ({ sqsEndpoint, dynamodbEndpoint }: World) =>
  runScript(
    process.execPath,
    [join(ROOT, 'commands', 'redrive.ts'), '--stage', 'local'],
    plainEnvironment({ SQS_PORT: new URL(sqsEndpoint).port, DYNAMODB_PORT: new URL(dynamodbEndpoint).port }),
  );

test.concurrent('loses no delivery and folds every call when the consumer is killed mid-batch', async () => {
  let kills = 0;
  const { ending } = await play('consumer killed mid-batch', {}, ({ world, run }) => {
    let written = 0;
    world.dynamodb.onAnswer = async () => {
      if (++written % 20 !== 0 || kills === 3) return;
      kills++;
      await world.consumers[0]?.replace();
    };
    return run();
  });

  expect(kills).toBe(3);
  expect(ending.duplicates).toBeGreaterThan(0);
});

test.concurrent('stores a delivery that is twice in one batch once', async () => {
  const batch: Options['batch'] = ({ Records }) => ({
    Records: Records.flatMap((record) => [record, record]),
  });
  const { ending } = await play('same message twice in one batch', { batch }, ({ run }) => run());

  expect(ending.duplicates).toBeGreaterThanOrEqual(ending.stored);
});

test.concurrent('stores a delivery that two consumers have at the same time once', async () => {
  const { ending } = await play('two consumers at once', { consumers: 2 }, ({ run }) => run());

  expect(ending.duplicates).toBeGreaterThanOrEqual(ending.stored);
});

test.concurrent('moves a poison message to the dead letters at once and stores its neighbours', async () => {
  const poison = Array.from({ length: 10 }, (_, n) => `{"poison":${n}}`);
  const { ending, world } = await play('poison among good ones', {}, async ({ world, run }) => {
    const running = run();
    for (const MessageBody of poison) {
      await world.sqsClient.send(new SendMessageCommand({ QueueUrl: world.queueUrl, MessageBody }));
    }
    await running;
  });

  expect(ending['dead letters']).toBe(poison.length);
  expect(world.consumers[0]?.logged('failed')).toBe(poison.length);
});

test.concurrent('keeps every version when bodies of one identity race', async () => {
  const { provider } = await play('different bodies of one identity race', {}, ({ run }) =>
    run(tellOf(CALLS / 5, 5)),
  );

  expectPersistentAcknowledged(provider);
});
