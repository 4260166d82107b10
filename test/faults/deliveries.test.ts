import { hash } from 'node:crypto';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import type { Call, Fault } from '../support/fault-proxy.ts';
import { plainEnvironment, ROOT, run as runScript } from '../support/run.ts';
import { contradictingCalls } from './provider.ts';
import { acknowledged, CALLS, expectPersistentAcknowledged, inject, play, type Story } from './story.ts';
import type { Options, World } from './world.ts';

const pkOf = ({ input }: Call): string => JSON.parse(input).Item?.pk.S ?? '';

/** For some keys, the first puts of each. */
const firstPuts = (share: number, count: number) => {
  const puts = new Map<string, number>();
  return (call: Call): boolean => {
    const pk = pkOf(call);
    if (Number.parseInt(hash('sha256', pk).slice(0, 4), 16) >= share * 0x10000) return false;
    puts.set(pk, (puts.get(pk) ?? 0) + 1);
    return (puts.get(pk) ?? 0) <= count;
  };
};

// More than an invocation tries, so that the queue has to deliver again; a put that hangs takes all of an invocation's time.
const FAULTS: [string, Fault, count: number, Options][] = [
  ['5xx for some keys', 'error', 4, {}],
  ['throttled for some keys', 'throttle', 4, {}],
  ['answer dropped after commit', 'drop', 4, {}],
  ['hung for some keys', 'hang', 1, { consumerTimeoutMs: 3_000 }],
];
test.concurrent.each(FAULTS)(
  'loses and doubles nothing under: DynamoDB %s',
  async (name, fault, count, options) => {
    let struck = { count: 0 };
    const { provider } = await play(`DynamoDB ${name}`, options, ({ world, run }) => {
      struck = inject(world.dynamodb, 'PutItem', fault, firstPuts(0.25, count));
      return run();
    });

    expect(struck.count).toBeGreaterThan(0);
    expectPersistentAcknowledged(provider);
  },
);

test.concurrent('loses and doubles nothing when DynamoDB is down until all are dead letters, and they are redriven', async () => {
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
  const { ending, provider } = await play('DynamoDB down, then redriven', {}, story);

  expect(buried).toBeGreaterThanOrEqual(acknowledged(provider).size);
  expect(ending['dead letters']).toBe(0);
});

const redrive = ({ sqsEndpoint, dynamodbEndpoint }: World) =>
  runScript(
    process.execPath,
    [join(ROOT, 'commands', 'redrive.ts'), '--stage', 'local'],
    plainEnvironment({ SQS_PORT: new URL(sqsEndpoint).port, DYNAMODB_PORT: new URL(dynamodbEndpoint).port }),
  );

test.concurrent('loses and doubles nothing when the consumer is killed mid-batch', async () => {
  let kills = 0;
  const { ending } = await play('consumer killed mid-batch', {}, ({ world, run }) => {
    let written = 0;
    world.dynamodb.onAnswer = async () => {
      if (++written % 25 !== 0 || kills === 3) return;
      kills++;
      await world.consumers[0]?.replace();
    };
    return run();
  });

  expect(kills).toBe(3);
  expect(ending['dead letters']).toBe(0);
  expect(ending.duplicates).toBeGreaterThan(0);
});

test.concurrent('stores once what is twice in one batch', async () => {
  const batch: Options['batch'] = ({ Records }) => ({
    Records: Records.flatMap((record) => [record, record]),
  });
  const { ending } = await play('same message twice in one batch', { batch }, ({ run }) => run());

  expect(ending['dead letters']).toBe(0);
  expect(ending.duplicates).toBeGreaterThanOrEqual(ending.stored);
});

test.concurrent('stores once what two consumers have at the same time', async () => {
  const { ending } = await play('two consumers at once', { consumers: 2 }, ({ run }) => run());

  expect(ending['dead letters']).toBe(0);
  expect(ending.duplicates).toBeGreaterThanOrEqual(ending.stored);
});

test.concurrent('sets poison aside and stores its neighbours', async () => {
  const poison = Array.from({ length: 10 }, (_, n) => `{"poison":${n}}`);
  const { ending } = await play('poison among good ones', {}, async ({ world, run }) => {
    const running = run();
    for (const MessageBody of poison) {
      await world.sqsClient.send(new SendMessageCommand({ QueueUrl: world.queueUrl, MessageBody }));
    }
    await running;
  });

  expect(ending['dead letters']).toBe(poison.length);
});

test.concurrent('keeps every version when bodies of one identity race', async () => {
  const versions = 5;
  const { ending, provider } = await play('different bodies of one identity race', {}, ({ run }) =>
    run(contradictingCalls(CALLS, versions)),
  );

  expect(ending['dead letters']).toBe(0);
  expectPersistentAcknowledged(provider);
});
