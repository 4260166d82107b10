import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePorts } from '../../infrastructure/ports.ts';
import type { Fault } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';
import { startProcess } from './processes.ts';
import { expectPersistentAcknowledged, inject, play, type Story, unacknowledged } from './story.ts';

// So many requests are not acknowledged until an outage ends.
const OUTAGE = 6;

test.concurrent('loses no delivery and folds every call when nothing fails', async () => {
  const { provider } = await play('nothing fails', {}, ({ run }) => run());

  expectPersistentAcknowledged(provider);
});

const FAULTS: [string, Fault][] = [
  ['reset', 'reset'],
  ['5xx', 'error'],
  ['throttled', 'throttle'],
  ['hung', 'hang'],
  ['trickling headers', 'trickle-headers'],
  ['trickling body', 'trickle-body'],
  ['answer dropped', 'drop'],
];
test.concurrent.each(FAULTS)('loses no delivery and folds every call under: SQS %s', async (name, fault) => {
  let struck = { count: 0 };
  const { provider } = await play(`SQS ${name}`, {}, ({ world, provider, run }) => {
    // All of them until the providers have noticed, then every fourth.
    const strikes = (_: unknown, nth: number) => unacknowledged(provider).length < OUTAGE || nth % 4 === 0;
    struck = inject(world.sqs, 'SendMessage', fault, strikes);
    return run();
  });

  expect(struck.count).toBeGreaterThan(OUTAGE);
  expectPersistentAcknowledged(provider);
});

test.concurrent('loses no delivery and folds every call under: SQS refused', async () => {
  const { provider } = await play('SQS refused', {}, async ({ world, provider, run }) => {
    await world.sqs.refuse();
    const running = run();
    await until(() => unacknowledged(provider).length >= OUTAGE);
    await world.sqs.accept();
    await running;
  });

  expect(unacknowledged(provider).map(({ status }) => status)).toContain(503);
  expectPersistentAcknowledged(provider);
});

test.concurrent('loses no delivery and folds every call when the queue is killed and restarted mid-run', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'nxcloud-callbacks-'));
  const { sqs: port } = await freePorts();
  const queue = await startProcess('queue-host.ts', { args: [String(port), dataDir] });
  const story = async ({ provider, run }: Story) => {
    const running = run();
    for (const kill of [1, 2]) {
      await until(() => provider.attempts.length >= kill * 20);
      await queue.kill();
      await until(() => unacknowledged(provider).length >= kill * 5);
      await queue.restart();
    }
    await running;
  };
  try {
    const { provider } = await play(
      'queue killed and restarted',
      { sqsEndpoint: `http://127.0.0.1:${port}` },
      story,
    );

    expect(unacknowledged(provider).map(({ status }) => status)).toContain(503);
    expectPersistentAcknowledged(provider);
  } finally {
    await queue.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test.concurrent('loses no delivery and folds every call when the receiver is killed after it sent', async () => {
  let kills = 0;
  const { provider } = await play('receiver killed after it sent', {}, ({ world, run }) => {
    let sent = 0;
    world.sqs.onAnswer = async () => {
      if (++sent % 25 !== 0 || kills === 2) return;
      kills++;
      await world.receiver.kill();
      void world.receiver.restart();
    };
    return run();
  });

  expect(kills).toBe(2);
  expect(unacknowledged(provider).map(({ status }) => status)).toContain(undefined);
  expectPersistentAcknowledged(provider);
});
