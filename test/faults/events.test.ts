import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countMessages } from '../../commands/lib/stage.ts';
import { plainEnvironment, ROOT, run as runScript } from '../support/run.ts';
import { until } from '../support/until.ts';
import { tellOf } from './provider.ts';
import { CALLS, inject, play, type Story } from './story.ts';
import { startTelling, type Telling } from './telling.ts';
import { everybodyTold, keepStates, type Told } from './told.ts';
import type { World } from './world.ts';

type EventStory = Story & { telling: Telling };

/**
 * Runs calls through a world while something happens to those who are told of them. In the end
 * each of them was told every state that a call had, at least once, and none that it had not.
 */
const tell = async (
  title: string,
  story: (story: EventStory) => Promise<unknown>,
  options?: Parameters<typeof startTelling>[1],
): Promise<Record<string, Told>> => {
  let told: Record<string, Told> = {};
  await play(title, { streamsCalls: true }, async (given) => {
    const { world } = given;
    const states = keepStates(world);
    const telling = await startTelling(world, options);
    try {
      await story({ ...given, telling });
      await world.atRest();
      await telling.atRest();
      told = everybodyTold(states, telling);
      process.stdout.write(`   ${title}: ${states.size} states; ${JSON.stringify(told)}\n`);
      expect(states.size).toBeGreaterThan(CALLS / 2);
      for (const one of Object.values(told)) expect(one).toMatchObject({ untold: 0, false: 0 });
      for (const { refused } of [telling.healthy, telling.faulty]) expect(refused).toEqual([]);
    } finally {
      await telling.stop();
    }
  });
  return told;
};

const VERSIONS = 5;

/**
 * Each call in all the versions or events that there are of it, one after the other, so that it has
 * a state of each.
 */
const tellSlowly = async ({ world, run }: EventStory): Promise<void> => {
  const told = tellOf(CALLS / VERSIONS, VERSIONS);
  for (let version = 0; version < VERSIONS; version++) {
    await run(told.filter((_, n) => n % VERSIONS === version));
    await world.atRest();
  }
};

/** For a part of the events, the first attempts of each. */
const firstAttempts = (count: number, part = 0.25) => {
  const attempts = new Map<string, number>();
  return ({ id }: { id: string }): boolean => {
    if (Number.parseInt(hash('sha256', id).slice(0, 2), 16) >= 256 * part) return false;
    attempts.set(id, (attempts.get(id) ?? 0) + 1);
    return (attempts.get(id) ?? 0) <= count;
  };
};

const FAULTS: [string, number, (response: ServerResponse) => unknown][] = [
  ['500', 4, (response) => response.writeHead(500).end()],
  ['slow', 1, () => {}],
  ['answers dropped', 2, (response) => response.socket?.destroy()],
];
test.concurrent.each(FAULTS)(
  'sends every state, and no other, under: endpoint %s',
  async (name, count, answer) => {
    let struck = 0;
    const told = await tell(`endpoint ${name}`, (story) => {
      const { telling } = story;
      const strikes = firstAttempts(count);
      telling.faulty.answerBy((response, event) => {
        if (!strikes(event)) return response.writeHead(204).end();
        struck++;
        return answer(response);
      });
      return tellSlowly(story);
    });

    expect(struck).toBeGreaterThan(0);
    expect(told.faulty?.again).toBeGreaterThanOrEqual(struck);
  },
);

test.concurrent('sends every state, and no other, under: endpoint refused', async () => {
  await tell('endpoint refused', async (story) => {
    const { telling } = story;
    telling.faulty.refuse();
    const running = tellSlowly(story);
    await until(() => telling.webhooks.logged('unsent') > 20);
    await running;
    await telling.faulty.accept();
  });
});

test.concurrent('sends every state, and no other, when an endpoint is down until all are dead letters, and they are redriven', async () => {
  let buried = 0;
  const story = async (given: EventStory) => {
    const { world, telling } = given;
    telling.faulty.answerBy((response) => response.writeHead(503).end());
    await tellSlowly(given);
    await telling.atRest();
    buried = await deadLetterCount(world);
    telling.faulty.sent.length = 0;
    telling.faulty.answerBy((response) => response.writeHead(200).end());
    expect(await redrive(world)).toMatchObject({ code: 0 });
  };
  const told = await tell('endpoint away, then redriven', story, { isPatient: false });

  expect(buried).toBe(told.healthy?.events);
  expect(told.faulty?.events).toBe(buried);
});

const deadLetterCount = ({ sqsClient, sqsEndpoint }: World): Promise<number> =>
  countMessages({ sqs: sqsClient }, `${sqsEndpoint}/000000000000/nxcloud-callbacks-local-webhooks-dlq`);

const redrive = ({ sqsEndpoint, dynamodbEndpoint }: World) =>
  runScript(
    process.execPath,
    [join(ROOT, 'commands', 'redrive.ts'), '--stage', 'local', '--queue', 'webhooks'],
    plainEnvironment({ SQS_PORT: new URL(sqsEndpoint).port, DYNAMODB_PORT: new URL(dynamodbEndpoint).port }),
  );

test.concurrent('sends every state, and no other, when the queue of an endpoint fails for some', async () => {
  let struck = { count: 0 };
  await tell('queue of events 5xx', (story) => {
    const { telling } = story;
    // More than an invocation tries.
    struck = inject(telling.sqs, 'SendMessageBatch', 'error', (_, nth) => nth % 12 < 5);
    return tellSlowly(story);
  });

  expect(struck.count).toBeGreaterThan(0);
});

test.concurrent('sends every state, and no other, when the bus refuses half of each request', async () => {
  let refused = 0;
  await tell('bus refuses half', (story) => {
    const { telling } = story;
    const strikes = firstAttempts(2, 0.5);
    telling.bus.refuses = ({ Detail = '' }) => strikes(JSON.parse(Detail)) && ++refused > 0;
    return tellSlowly(story);
  });

  expect(refused).toBeGreaterThan(0);
});

test.concurrent('sends every state, and no other, when the relay is killed mid-batch', async () => {
  let kills = 0;
  const told = await tell('relay killed mid-batch', (story) => {
    const { telling } = story;
    let sent = 0;
    telling.sqs.onAnswer = async () => {
      if (++sent % 5 !== 0 || kills === 3) return;
      kills++;
      await telling.relay.replace();
    };
    return tellSlowly(story);
  });

  expect(kills).toBe(3);
  expect((told.healthy?.again ?? 0) + (told.faulty?.again ?? 0)).toBeGreaterThan(0);
});

test.concurrent('sends every state, and no other, when the sender of webhooks is killed mid-batch', async () => {
  let kills = 0;
  await tell('webhooks killed mid-batch', (story) => {
    const { telling } = story;
    let taken = 0;
    telling.faulty.answerBy(async (response) => {
      if (++taken % 20 === 0 && kills < 3) {
        kills++;
        await telling.webhooks.replace();
      }
      response.writeHead(204).end();
    });
    return tellSlowly(story);
  });

  expect(kills).toBe(3);
});
