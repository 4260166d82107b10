import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { serialize } from '../../../shared/deliveries/message.ts';
import {
  deliveryOf,
  finish,
  ids,
  LOCAL,
  type LocalStage,
  proxied,
  start,
  startLocalStage,
} from '../../support/commands.ts';
import type { FaultProxy } from '../../support/fault-proxy.ts';

let stage: LocalStage;
beforeAll(async () => {
  stage = await startLocalStage();
});
afterAll(() => stage.stop());
afterEach(() => {
  const { sqs, deadLetterQueueUrl: QueueUrl } = stage;
  return sqs.send(new PurgeQueueCommand({ QueueUrl }));
});

const bury = (texts: string[]) => {
  const { sqs, deadLetterQueueUrl: QueueUrl } = stage;
  return Promise.all(texts.map((MessageBody) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))));
};

const deadLetterCount = () => stage.count(stage.deadLetterQueueUrl);

const buryCalls = (prefix: string, count: number) =>
  bury(ids(prefix, count).map((id) => serialize(deliveryOf(id))));

/** Redrives with a proxy before SQS. */
const redriveWith = async (faultOf: FaultProxy['faultOf'], ...args: string[]) => {
  const { proxy, port } = await proxied(stage.queues);
  proxy.faultOf = faultOf;
  const finished = await finish(start('redrive', args, { env: { ...stage.env, SQS_PORT: port } }));
  await proxy.stop();
  return finished;
};

test('says that a stage was deployed without the named queue', async () => {
  const { code, errors } = await stage.command('redrive', '--queue', 'recordings');

  expect(code).toBe(1);
  expect(errors).toContain('Stage local was deployed before it had a queue of recordings');
});

test('says when there is nothing to do', async () => {
  expect(await stage.command('redrive')).toEqual({
    code: 0,
    output: `${LOCAL}There are no dead letters.\n`,
    errors: '',
  });
});

test('stores every dead letter once, and touches nothing on a dry run', async () => {
  await buryCalls('redriven', 25);
  const dry = await stage.command('redrive', '--dry-run');
  expect(dry.output).toBe(`${LOCAL}Would move 25 dead letters back into the queue of deliveries.\n`);
  expect(await deadLetterCount()).toBe(25);

  const { code, output, errors } = await stage.command('redrive', '--json');
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(JSON.parse(output)).toEqual({ stage: 'local', found: 25, moved: 25, waiting: 0, left: 0 });
  expect(await stage.items(stage.deliveriesTable, 'cc#redriven-')).toHaveLength(25);
  expect(await deadLetterCount()).toBe(0);
});

test('loses and doubles nothing when it is interrupted and run again', async () => {
  await buryCalls('interrupted', 100);
  const child = start('redrive', [], { env: stage.env });
  while ((await deadLetterCount()) > 90) await sleep(5);
  child.kill('SIGINT');
  const stopped = await finish(child);
  expect(stopped.code).toBe(1);
  expect(stopped.errors).toContain('Nothing is lost');
  expect(await deadLetterCount()).toBeGreaterThan(0);

  expect(await stage.command('redrive')).toMatchObject({ code: 0 });
  const items = await stage.items(stage.deliveriesTable, 'cc#interrupted-');
  expect(items).toHaveLength(100);
  expect(new Set(items.map(({ pk }) => pk)).size).toBe(100);
});

test('keeps a dead letter that the queue does not accept', async () => {
  await buryCalls('kept', 1);
  const { code, errors } = await redriveWith(({ action }) =>
    action === 'SendMessage' ? 'error' : undefined,
  );

  expect(code).toBe(1);
  expect(errors).toContain('InternalFailure');
  expect(await deadLetterCount()).toBe(1);
  expect(await stage.items(stage.deliveriesTable, 'cc#kept-')).toEqual([]);
});

test('waits for late deliveries, even if SQS once says that the queue is empty', async () => {
  const EMPTY = { ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' };
  await buryCalls('late', 1);
  stage.fail(true);
  let looks = 0;
  const { output } = await redriveWith(async ({ action, input }) => {
    if (action !== 'GetQueueAttributes' || input.includes('-dlq')) return undefined;
    looks++;
    if (looks === 4) stage.fail(false);
    return looks === 2 ? { status: 200, body: { Attributes: EMPTY } } : undefined;
  });
  if (looks < 4) stage.fail(false);

  expect(output).toContain('All of them are stored.\n');
  expect(looks).toBeGreaterThan(4);
  expect(await stage.items(stage.deliveriesTable, 'cc#late-')).toHaveLength(1);
});

describe('if SQS has move tasks', () => {
  const moveOne = async () => {
    const { sqs, deadLetterQueueUrl: QueueUrl, queueUrl } = stage;
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    for (const { Body: MessageBody, ReceiptHandle } of Messages) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };

  /**
   * SQS that reports these tasks, one at each look and the last one from then on; how often one was
   * started.
   */
  const redrive = async (tasks: (object | (() => Promise<object>))[]) => {
    let [looks, started] = [0, 0];
    const finished = await redriveWith(async ({ action, input }) => {
      if (action === 'StartMessageMoveTask') {
        // Without it SQS does not move what the consumer has put there.
        expect(JSON.parse(input).DestinationArn).toMatch(/:nxcloud-callbacks-local-deliveries$/);
        started++;
        return { status: 200, body: { TaskHandle: 'task' } };
      }
      if (action !== 'ListMessageMoveTasks') return undefined;
      const task = tasks[Math.min(looks++, tasks.length - 1)];
      return { status: 200, body: { Results: [typeof task === 'function' ? await task() : task] } };
    });
    return { ...finished, started };
  };

  const earlier = { Status: 'COMPLETED', StartedTimestamp: 1, ApproximateNumberOfMessagesMoved: 9 };
  const task = (Status: string, ApproximateNumberOfMessagesMoved: number, more = {}) => ({
    Status,
    StartedTimestamp: 2,
    ApproximateNumberOfMessagesMoved,
    ApproximateNumberOfMessagesToMove: 2,
    ...more,
  });
  const afterMoving = (told: object) => async () => {
    await moveOne();
    return told;
  };

  test.each([
    ['leaves the moving to one, and waits for it', 'by-task', [earlier, earlier], 1],
    ['follows one that is under way instead of starting another', 'followed', [task('RUNNING', 0)], 0],
  ])('%s', async (_, prefix, first, starts) => {
    await buryCalls(prefix, 2);
    const moving = [afterMoving(task('RUNNING', 1)), afterMoving(task('COMPLETED', 2))];
    const { code, output, started } = await redrive([...first, ...moving]);

    expect({ code, output, started }).toEqual({
      code: 0,
      output: `${LOCAL}Moved 2 dead letters back into the queue of deliveries.\nAll of them are stored.\n`,
      started: starts,
    });
    expect(await stage.items(stage.deliveriesTable, `cc#${prefix}-`)).toHaveLength(2);
  });

  test.each([
    ['FAILED', { FailureReason: 'AccessDenied' }, 'SQS could not move them: AccessDenied\n'],
    ['CANCELLED', {}, 'The move was cancelled: run it again to continue.\n'],
  ])('says why one ended as %s', async (status, more, message) => {
    await buryCalls('unmoved', 1);
    const { code, errors } = await redrive([earlier, task('RUNNING', 0), task(status, 0, more)]);

    expect({ code, errors }).toEqual({ code: 1, errors: message });
  });
});

describe('dead letters of webhooks', () => {
  const endpoints = ['0a1b2c3d', '4e5f6071'];
  const nameOf = (queue: string) => `nxcloud-callbacks-local-${queue}`;
  const jobFor = (endpoint: string, n: number) => JSON.stringify({ endpoint, id: `evt_${n}`, body: '{}' });
  const urls = new Map<string, string>();
  beforeAll(async () => {
    for (const queue of ['webhooks-dlq', ...endpoints.map((endpoint) => `webhook-${endpoint}`)]) {
      const { QueueUrl = '' } = await stage.sqs.send(new CreateQueueCommand({ QueueName: nameOf(queue) }));
      urls.set(queue, QueueUrl);
    }
  });
  afterAll(async () => {
    for (const QueueUrl of urls.values()) await stage.sqs.send(new DeleteQueueCommand({ QueueUrl }));
  });

  const send = (MessageBody: string) =>
    stage.sqs.send(new SendMessageCommand({ QueueUrl: urls.get('webhooks-dlq'), MessageBody }));

  const received = async (endpoint: string): Promise<string[]> => {
    const { Messages = [] } = await stage.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: urls.get(`webhook-${endpoint}`), MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body = '' }) => Body).sort();
  };

  test('go back to the queue of their endpoint', async () => {
    const letters = endpoints.map((endpoint) => [1, 2].map((n) => jobFor(endpoint, n)));
    for (const letter of letters.flat()) await send(letter);
    const { code, output } = await stage.command('redrive', '--queue', 'webhooks');

    expect(code).toBe(0);
    expect(output).toContain('Moved 4 dead letters back into the queue of webhooks.');
    expect(await Promise.all(endpoints.map(received))).toEqual(letters);
  });

  test('are left to SQS, which knows where each comes from', async () => {
    await send(jobFor('0a1b2c3d', 3));
    const started: object[] = [];
    const { code } = await redriveWith(
      ({ action, input }) => {
        if (action === 'StartMessageMoveTask') {
          started.push(JSON.parse(input));
          return { status: 200, body: { TaskHandle: 'task' } };
        }
        if (action !== 'ListMessageMoveTasks') return undefined;
        const task = {
          Status: 'COMPLETED',
          StartedTimestamp: started.length,
          ApproximateNumberOfMessagesMoved: 1,
        };
        return { status: 200, body: { Results: started.length > 0 ? [task] : [] } };
      },
      '--queue',
      'webhooks',
    );

    expect(code).toBe(0);
    expect(started).toEqual([{ SourceArn: expect.stringMatching(/:nxcloud-callbacks-local-webhooks-dlq$/) }]);
  });

  test('of a removed endpoint stay, and the endpoint is named', async () => {
    await stage.sqs.send(new PurgeQueueCommand({ QueueUrl: urls.get('webhooks-dlq') }));
    await send(jobFor('99999999', 4));
    const { code, errors } = await stage.command('redrive', '--queue', 'webhooks');

    expect(code).toBe(1);
    expect(errors).toMatch(/^The endpoint 99999999 of a dead letter is no longer in WEBHOOK_URLS/);
    expect(await stage.count(urls.get('webhooks-dlq') ?? '')).toBe(1);
  });
});

test('moves by itself if the region has no move tasks', async () => {
  await buryCalls('by-hand', 1);
  const { code } = await redriveWith(({ action }) =>
    action.endsWith('MoveTasks') ? { status: 400, body: { __type: 'UnsupportedOperation' } } : undefined,
  );

  expect(code).toBe(0);
  expect(await stage.items(stage.deliveriesTable, 'cc#by-hand-')).toHaveLength(1);
});

test('ends although the queue never becomes empty', async () => {
  await buryCalls('busy', 1);
  stage.fail(true);
  const { code, output } = await stage.command('redrive', '--wait', '2');
  stage.fail(false);

  expect(code).toBe(0);
  expect(output).toContain('Moved 1 dead letter back into the queue of deliveries.\n');
  expect(output).toContain('The queue still has 1 message');
  await vi.waitUntil(async () => (await stage.items(stage.deliveriesTable, 'cc#busy-')).length === 1, {
    timeout: 30_000,
  });
});

describe('a stage that archives recordings', () => {
  const queues: Record<string, string> = {};
  beforeAll(async () => {
    for (const name of ['recordings', 'recordings-dlq', 'exports', 'exports-dlq']) {
      const command = new CreateQueueCommand({ QueueName: `nxcloud-callbacks-local-${name}` });
      queues[name] = (await stage.sqs.send(command)).QueueUrl ?? '';
    }
  });
  afterEach(async () => {
    for (const QueueUrl of Object.values(queues)) await stage.sqs.send(new PurgeQueueCommand({ QueueUrl }));
  });

  const buryIn = (name: string, text: string) =>
    stage.sqs.send(new SendMessageCommand({ QueueUrl: queues[`${name}-dlq`], MessageBody: text }));
  const textsIn = async (name: string) => {
    const { Messages = [] } = await stage.sqs.send(new ReceiveMessageCommand({ QueueUrl: queues[name] }));
    return Messages.map(({ Body }) => Body);
  };

  test('gets its dead letters of deliveries and recordings moved, each into its own queue', async () => {
    await buryCalls('mixed', 2);
    await buryIn('recordings', 'a job');
    await buryIn('exports', 'an export');
    const { code, output } = await stage.command('redrive');

    expect({ code, output }).toEqual({
      code: 0,
      output: [
        `${LOCAL}Moved 2 dead letters back into the queue of deliveries.`,
        'All of them are stored.',
        'Moved 1 dead letter back into the queue of recordings.',
        'They are processed from there. A message that fails again comes back as a dead letter.\n',
      ].join('\n'),
    });
    expect(await stage.items(stage.deliveriesTable, 'cc#mixed-')).toHaveLength(2);
    expect(await textsIn('recordings')).toEqual(['a job']);
    expect(await textsIn('exports-dlq')).toEqual(['an export']);
  });

  test('gets only those of the named queue moved', async () => {
    await buryCalls('unnamed', 1);
    await buryIn('recordings', 'a job');
    const { code, output } = await stage.command('redrive', '--queue', 'recordings', '--json');

    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({ stage: 'local', found: 1, moved: 1, waiting: 0, left: 0 });
    expect(await textsIn('recordings')).toEqual(['a job']);
    expect(await deadLetterCount()).toBe(1);
  });

  test('lists its dead letters on a dry run', async () => {
    await buryCalls('dry', 1);
    await buryIn('recordings', 'a job');
    const { output } = await stage.command('redrive', '--dry-run');

    expect(output).toBe(
      `${LOCAL}Would move 1 dead letter back into the queue of deliveries.\nWould move 1 dead letter back into the queue of recordings.\n`,
    );
    expect(await textsIn('recordings')).toEqual([]);
  });

  test('gets exports written again only if they are named', async () => {
    await buryIn('exports', 'an export');

    expect((await stage.command('redrive')).output).toBe(`${LOCAL}There are no dead letters.\n`);
    expect(await stage.command('redrive', '--queue', 'exports')).toMatchObject({ code: 0 });
    expect(await textsIn('exports')).toEqual(['an export']);
  });
});

test('gets the queues listed if none has that name', async () => {
  const { code, errors } = await stage.command('redrive', '--queue', 'calls');

  expect({ code, errors }).toEqual({
    code: 1,
    errors:
      '--queue calls is not a queue of a stage: give one of deliveries, recordings, exports, webhooks.\n',
  });
});

test('says how many came back', async () => {
  await bury(['{"poison":1}', serialize(deliveryOf('beside-0'))]);
  const { code, errors } = await stage.command('redrive');

  expect(code).toBe(1);
  expect(errors).toContain('1 dead letter left, or back again');
  expect(await stage.items(stage.deliveriesTable, 'cc#beside-')).toHaveLength(1);
  expect(await deadLetterCount()).toBe(1);
});
