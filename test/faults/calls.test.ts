import { expect, test } from 'vitest';
import type { Fault } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';
import { tellOf } from './provider.ts';
import { CALLS, firstPuts, inject, play, type Story } from './story.ts';
import type { Deliver } from './stream-source.ts';
import type { Options } from './world.ts';

// Each call in all the versions or events that there are of it.
const versions = () => tellOf(CALLS / 5, 5);

// More than an invocation tries; a put that hangs takes all of an invocation's time.
const FAULTS: [string, Fault, count: number, Options][] = [
  ['5xx for some calls', 'error', 4, {}],
  ['throttled for some calls', 'throttle', 4, {}],
  ['answer dropped after commit', 'drop', 4, {}],
  ['hung for some calls', 'hang', 1, { timeoutMs: 3_000 }],
];
test.concurrent.each(FAULTS)(
  'loses no delivery and folds every call under: table of calls %s',
  async (name, fault, count, options) => {
    let struck = { count: 0 };
    await play(`table of calls ${name}`, options, ({ world, run }) => {
      struck = inject(world.projectorsDynamodb, 'PutItem', fault, firstPuts(count));
      return run(versions());
    });

    expect(struck.count).toBeGreaterThan(0);
  },
);

test.concurrent('loses no delivery and folds every call under: tables refused to the projector', async () => {
  await play('tables refused to the projector', {}, async ({ world, run }: Story) => {
    await world.projectorsDynamodb.refuse();
    const running = run(versions());
    await until(() => (world.projectors[0]?.logged('unprojected') ?? 0) > 0);
    await running;
    await world.projectorsDynamodb.accept();
  });
});

test.concurrent('loses no delivery and folds every call when the projector is killed mid-batch', async () => {
  let kills = 0;
  await play('projector killed mid-batch', {}, ({ world, run }) => {
    let written = 0;
    world.projectorsDynamodb.onAnswer = async ({ action }) => {
      if (action !== 'PutItem' || ++written % 6 !== 0 || kills === 3) return;
      kills++;
      await world.projectors[0]?.replace();
    };
    return run(versions());
  });

  expect(kills).toBe(3);
});

test.concurrent('loses no delivery and folds every call when the stream is delivered twice, at once and in another order', async () => {
  const deliver: Deliver = async (event, project) => {
    const [answer] = await Promise.all([project(event), project({ Records: event.Records.toReversed() })]);
    return answer;
  };
  const { world } = await play('stream delivered twice', { deliver }, ({ run }) => run(versions()));

  expect(world.projectors[0]?.logged('projected')).toBeGreaterThanOrEqual(2 * (CALLS / 5));
});

test.concurrent('loses no delivery and folds every call when two projectors read the stream at once', async () => {
  const { world } = await play('two projectors at once', { projectors: 2 }, ({ run }) => run(versions()));

  for (const { logged } of world.projectors) expect(logged('projected')).toBeGreaterThan(0);
});

test.concurrent('loses no delivery and folds every call when aborted writes arrive later', async () => {
  let struck = { count: 0 };
  await play('writes that arrive late', {}, async ({ world, run }) => {
    struck = inject(world.projectorsDynamodb, 'PutItem', 'late', firstPuts(1));
    const told = versions();
    await run(told.filter((_, n) => n % 5 < 3));
    await world.atRest();
    await run(told.filter((_, n) => n % 5 >= 3));
    await world.atRest();
    await world.projectorsDynamodb.deliverLate();
  });

  expect(struck.count).toBeGreaterThan(0);
});
