import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteMessageCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { credentialsError } from '../../commands/lib/credentials.ts';
import { regionOf, stackName } from '../../commands/lib/settings.ts';
import { countMessages } from '../../commands/lib/stage.ts';
import { resolveService } from '../../infrastructure/bundles.ts';
import { freePorts } from '../../infrastructure/ports.ts';
import { type Emulator, startDatabase, startQueues } from '../../local/emulators.ts';
import { type Message, serialize } from '../../shared/deliveries/message.ts';
import { createWorld, type Item, type World } from '../faults/world.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { plainEnvironment, ROOT } from '../support/run.ts';

let queues: Emulator;
let database: Emulator;
let world: World;
let env: NodeJS.ProcessEnv;

// Queues and a table of the names of stage local, where no other test looks.
beforeAll(async () => {
  const ports = await freePorts();
  queues = await startQueues(ports.sqs);
  database = await startDatabase(ports.dynamodb);
  world = await createWorld({
    name: 'local',
    visibilitySeconds: 1,
    sqsEndpoint: queues.endpoint,
    dynamodbEndpoint: database.endpoint,
  });
  env = plainEnvironment({ SQS_PORT: String(ports.sqs), DYNAMODB_PORT: String(ports.dynamodb) });
});
afterAll(async () => {
  await world.stop();
  await queues.stop();
  await database.stop();
});

const start = (name: string, args: string[], environment = env): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [join(ROOT, 'commands', `${name}.ts`), ...args], { cwd: ROOT, env: environment });

const finish = async (child: ChildProcessWithoutNullStreams) => {
  const exit = once(child, 'exit');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exit;
  return { code, output, errors };
};

const command = (name: string, ...args: string[]) => finish(start(name, args));

const callOf = (id: string): Message => {
  const body = JSON.stringify({ callId: id });
  return {
    pk: `cc#${id}`,
    sk: 'call',
    callback: 'cc',
    id,
    receivedAt: '2026-11-01T00:00:00.000Z',
    bodyHash: hash('sha256', body),
    body,
    record: { callId: id },
  };
};

const queued = () => countMessages({ sqs: world.sqsClient }, world.queueUrl);

const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

const itemsOf = async (prefix: string): Promise<Item[]> =>
  (await world.items()).filter(({ pk }) => pk.startsWith(`cc#${prefix}-`));

describe('redrive', () => {
  const bury = (texts: string[]) =>
    Promise.all(
      texts.map((MessageBody) =>
        world.sqsClient.send(new SendMessageCommand({ QueueUrl: world.deadLetterQueueUrl, MessageBody })),
      ),
    );
  const redriveWith = async (faultOf: FaultProxy['faultOf']) => {
    const sqs = await startFaultProxy(queues.endpoint);
    sqs.faultOf = faultOf;
    const port = new URL(sqs.endpoint).port;
    const finished = await finish(start('redrive', ['--stage', 'local'], { ...env, SQS_PORT: port }));
    await sqs.stop();
    return finished;
  };
  afterEach(() => world.sqsClient.send(new PurgeQueueCommand({ QueueUrl: world.deadLetterQueueUrl })));

  test('says when there is nothing to do', async () => {
    expect(await command('redrive', '--stage', 'local')).toEqual({
      code: 0,
      output: 'There are no dead letters.\n',
      errors: '',
    });
  });

  test('stores every dead letter once, on the second run too, and touches nothing on a dry run', async () => {
    await bury(ids('redriven', 25).map((id) => serialize(callOf(id))));
    const dry = await command('redrive', '--stage', 'local', '--dry-run');
    expect(dry).toMatchObject({ code: 0, output: 'Would move 25 dead letters back into the queue.\n' });
    expect(await world.deadLetterCount()).toBe(25);

    const moved = await command('redrive', '--stage', 'local');
    expect(moved).toMatchObject({ code: 0, errors: '' });
    expect(moved.output).toBe('Moved 25 dead letters back into the queue.\nAll of them are stored.\n');
    expect(await itemsOf('redriven')).toHaveLength(25);
    expect(await command('redrive', '--stage', 'local')).toMatchObject({
      output: 'There are no dead letters.\n',
    });
  });

  test('loses and doubles nothing when it is interrupted and run again', async () => {
    await bury(ids('interrupted', 300).map((id) => serialize(callOf(id))));
    const child = start('redrive', ['--stage', 'local']);
    while ((await world.deadLetterCount()) > 250) await sleep(10);
    child.kill('SIGINT');
    const stopped = await finish(child);
    expect(stopped.code).toBe(1);
    expect(stopped.errors).toContain('Nothing is lost');
    expect(await world.deadLetterCount()).toBeGreaterThan(0);

    expect(await command('redrive', '--stage', 'local')).toMatchObject({ code: 0 });
    const items = await itemsOf('interrupted');
    expect(items).toHaveLength(300);
    expect(new Set(items.map(({ pk }) => pk)).size).toBe(300);
  });

  test('keeps a dead letter that the queue does not take', async () => {
    await bury([serialize(callOf('kept-0'))]);
    const { code, errors } = await redriveWith(({ action }) =>
      action === 'SendMessage' ? 'error' : undefined,
    );

    expect(code).toBe(1);
    expect(errors).toContain('InternalFailure');
    expect(await world.deadLetterCount()).toBe(1);
    expect(await itemsOf('kept')).toEqual([]);
  });

  describe('where SQS has move tasks', () => {
    const moveOne = async () => {
      const QueueUrl = world.deadLetterQueueUrl;
      const { Messages = [] } = await world.sqsClient.send(new ReceiveMessageCommand({ QueueUrl }));
      for (const { Body: MessageBody, ReceiptHandle } of Messages) {
        await world.sqsClient.send(new SendMessageCommand({ QueueUrl: world.queueUrl, MessageBody }));
        await world.sqsClient.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    };

    /** SQS with the tasks that it tells at each look, the last one from then on; how often one was started. */
    const redrive = async (tasks: (object | (() => Promise<object>))[]) => {
      let [looks, started] = [0, 0];
      const finished = await redriveWith(async ({ action }) => {
        if (action === 'StartMessageMoveTask') {
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
      await bury(ids(prefix, 2).map((id) => serialize(callOf(id))));
      const moving = [afterMoving(task('RUNNING', 1)), afterMoving(task('COMPLETED', 2))];
      const { code, output, started } = await redrive([...first, ...moving]);

      expect({ code, output, started }).toEqual({
        code: 0,
        output: 'Moved 2 dead letters back into the queue.\nAll of them are stored.\n',
        started: starts,
      });
      expect(await itemsOf(prefix)).toHaveLength(2);
    });

    test.each([
      ['FAILED', { FailureReason: 'AccessDenied' }, 'SQS could not move them: AccessDenied\n'],
      ['CANCELLED', {}, 'The move was cancelled: run it again to go on.\n'],
    ])('says why one ended as %s', async (status, more, message) => {
      await bury([serialize(callOf('unmoved-0'))]);
      const { code, output, errors } = await redrive([earlier, task('RUNNING', 0), task(status, 0, more)]);

      expect({ code, output, errors }).toEqual({ code: 1, output: '', errors: message });
    });
  });

  test('does not wait for ever where the queue never becomes empty', async () => {
    await bury([serialize(callOf('busy-0'))]);
    await world.dynamodb.refuse();
    const child = command('redrive', '--stage', 'local', '--wait', '2');
    const { code, output } = await child;
    await world.dynamodb.accept();

    expect(code).toBe(0);
    expect(output).toContain('Moved 1 dead letter back into the queue.\n');
    expect(output).toContain('The queue does not become empty: 1 message in it');
    await world.atRest();
    expect(await itemsOf('busy')).toHaveLength(1);
  });

  test('says what came back', async () => {
    await bury(['{"poison":1}', serialize(callOf('beside-0'))]);
    const { code, errors } = await command('redrive', '--stage', 'local');

    expect(code).toBe(1);
    expect(errors).toContain('1 dead letter left, or back again');
    expect(await itemsOf('beside')).toHaveLength(1);
    expect(await world.deadLetters()).toEqual(['{"poison":1}']);
  });
});

describe('replay', () => {
  const reject = async (bytes: Uint8Array, receivedAt = '2026-11-02T03:04:05.678Z'): Promise<string> => {
    const sk = hash('sha256', bytes);
    const body = Buffer.from(bytes);
    const isText = body.equals(Buffer.from(body.toString()));
    const item = {
      pk: 'rejected#cc',
      sk,
      callback: 'cc',
      id: sk,
      receivedAt,
      bodyHash: sk,
      ...(isText ? { body: body.toString() } : { body: body.toString('base64'), bodyEncoding: 'base64' }),
      // As a schema of yesterday said.
      issues: [{ path: 'callId', message: 'must be what it no longer must' }],
      expiresAt: 4_000_000_000,
    };
    await world.database.send(new PutItemCommand({ TableName: world.tableName, Item: marshall(item) }));
    return sk;
  };
  const rejected = async () => (await world.items()).filter(({ pk }) => pk === 'rejected#cc');
  const bodyOf = (id: string) => Buffer.from(JSON.stringify({ callId: id, callDuration: '7' }));

  test('turns what is valid now into calls, and keeps the rest with its new issues', async () => {
    for (const id of ids('replayed', 12)) await reject(bodyOf(id));
    const stillBad = await reject(Buffer.from('{"callId":"bad","callDuration":"long"}'));
    const notUtf8 = await reject(Buffer.from([0xff, 0xfe]));
    const before = await rejected();

    const dry = await command('replay', '--stage', 'local', '--callback', 'cc', '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      output: '14 rejected bodies found.\nWould queue 12; 2 would stay rejected.\n',
    });
    expect(await rejected()).toEqual(before);

    const done = await command('replay', '--stage', 'local');
    expect(done).toMatchObject({ code: 0, errors: '' });
    expect(done.output).toBe(
      "14 rejected bodies found.\n12 stored as calls; 2 stay rejected, with today's issues.\n",
    );
    const calls = await itemsOf('replayed');
    expect(calls).toHaveLength(12);
    expect(calls[0]).toMatchObject({ sk: 'call', talkSeconds: 7, receivedAt: '2026-11-02T03:04:05.678Z' });
    expect(calls[0]).not.toHaveProperty('expiresAt');
    expect(Object.fromEntries((await rejected()).map(({ sk, issues }) => [sk, issues]))).toEqual({
      [stillBad]: [{ path: 'callDuration', message: 'must be an integer' }],
      [notUtf8]: [{ path: '', message: 'is not UTF-8' }],
    });

    const again = await command('replay', '--stage', 'local');
    expect(again.output).toContain('0 stored as calls; 2 stay rejected');
    expect(await itemsOf('replayed')).toHaveLength(12);
  });

  test('takes only what was received since then, and only of that callback', async () => {
    await reject(bodyOf('since-old'), '2026-10-31T23:59:59.999Z');
    await reject(bodyOf('since-new'), '2026-11-01T00:00:00.000Z');

    const other = await command('replay', '--stage', 'local', '--callback', 'pns');
    expect(other.output).toBe('There are no rejected bodies.\n');
    await command('replay', '--stage', 'local', '--since', '2026-11-01');
    expect((await itemsOf('since')).map(({ id }) => id)).toEqual(['since-new']);
    expect((await rejected()).map(({ receivedAt }) => receivedAt)).toContain('2026-10-31T23:59:59.999Z');
  });

  test.each(['last-7', '99', '2026-02-30', '2026-11-1', '2026-11-01T25:00Z', '2026-11-01T10:00'])(
    'does not take %s for a date',
    async (since) => {
      const { code, errors } = await command('replay', '--stage', 'local', '--since', since);

      expect(code).toBe(1);
      expect(errors).toContain(`--since ${since} is not a date`);
    },
  );

  test('forgets nothing that is not stored, and doubles nothing when it is interrupted and run again', async () => {
    await Promise.all(ids('resumed', 40).map((id) => reject(bodyOf(id))));
    await world.dynamodb.refuse();
    const child = start('replay', ['--stage', 'local']);
    await vi.waitUntil(async () => (await queued()) > 0, { timeout: 30_000 });
    child.kill('SIGINT');
    const { code, errors } = await finish(child);
    expect(code).toBe(1);
    expect(errors).toContain('Nothing is lost or doubled');
    expect((await rejected()).length).toBeGreaterThanOrEqual(40);

    await world.dynamodb.accept();
    expect(await command('replay', '--stage', 'local')).toMatchObject({ code: 0 });
    await world.atRest();
    const calls = await itemsOf('resumed');
    expect(calls).toHaveLength(40);
    expect(calls.every(({ sk }) => sk === 'call')).toBe(true);
    expect((await rejected()).map(({ body }) => body).join()).not.toContain('resumed-');
  });

  test('keeps a body beside the call that is known with another one, and forgets the rejection', async () => {
    const known = serialize(callOf('known-0'));
    await world.sqsClient.send(new SendMessageCommand({ QueueUrl: world.queueUrl, MessageBody: known }));
    await world.atRest();
    const bodyHash = await reject(bodyOf('known-0'));
    const { code, output } = await command('replay', '--stage', 'local');

    expect(code).toBe(0);
    expect(output).toContain('1 stored as calls; ');
    expect((await itemsOf('known')).map(({ sk }) => sk).sort()).toEqual([
      'call',
      `call#changed#${bodyHash.slice(0, 16)}`,
    ]);
    expect((await rejected()).map(({ sk }) => sk)).not.toContain(bodyHash);
  });

  test('brings nothing back whose time was up in the meantime', async () => {
    const sk = await reject(Buffer.from('{"callId":"gone","callDuration":"long"}'));
    const gone = { TableName: world.tableName, Key: marshall({ pk: 'rejected#cc', sk }) };
    const dynamodb = await startFaultProxy(database.endpoint);
    dynamodb.onAnswer = async ({ action }) => {
      if (action === 'Query') await world.database.send(new DeleteItemCommand(gone));
    };
    const port = new URL(dynamodb.endpoint).port;
    const replay = start('replay', ['--stage', 'local'], { ...env, DYNAMODB_PORT: port });
    const { code, errors } = await finish(replay);
    await dynamodb.stop();

    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect((await rejected()).map((item) => item.sk)).not.toContain(sk);
  });
});

describe('calls', () => {
  const put = async (id: string, receivedAt: string) => {
    const item = { pk: `cc#${id}`, sk: 'call', callback: 'cc', id, receivedAt, callId: id };
    await world.database.send(new PutItemCommand({ TableName: world.tableName, Item: marshall(item) }));
    return item;
  };
  const printed = (output: string): Record<string, string>[] =>
    output.split(/^(?=\{)/m).map((text) => JSON.parse(text));

  test('prints what the table has of one call, and of no other', async () => {
    const call = await put('shown-0', '2026-11-03T00:00:00.000Z');
    await put('shown-1', '2026-11-03T00:00:01.000Z');
    const { code, output } = await command('calls', 'cc#shown-0');

    expect(code).toBe(0);
    expect(printed(output)).toEqual([call]);
  });

  test('lists the whole table without a key, in the order of arrival', async () => {
    await put('listed', '2026-11-03T00:00:02.000Z');
    const { code, output } = await command('calls');
    const times = (output.split('\n\n')[0] ?? '').split('\n').map((line) => line.split(' ')[0]);

    expect(code).toBe(0);
    expect(times).toHaveLength((await world.items()).length);
    expect(times).toEqual(times.toSorted());
    expect(output).toMatch(/^2026-11-03T00:00:02\.000Z {2}cc#listed +call$/m);
    expect(output).toMatch(/\n\nnpm run calls -- '[^']+' shows all that there is of one\.\n$/);
  });

  test('says that the table has no such call', async () => {
    expect(await command('calls', 'cc#nobody')).toEqual({
      code: 1,
      output: '',
      errors: 'The table has no cc#nobody; a key is like pns#45.\n',
    });
  });

  test.each([
    ['without a key, where the stage is not local', ['--stage', 'prod']],
    ['with two keys', ['cc#1', 'cc#2']],
  ])('prints its usage %s', async (_, args) => {
    const { code, output, errors } = await command('calls', ...args);

    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/^Usage: npm run calls/);
  });
});

describe('token', () => {
  test('makes a token of 192 bits, its digest and its URL, another one each time', async () => {
    const { code, output } = await command('token', '--callback', 'icc', '--stage', 'prod');
    const [, token = ''] = /token=([\w-]+)$/m.exec(output) ?? [];

    expect(code).toBe(0);
    expect(Buffer.from(token, 'base64url')).toHaveLength(24);
    expect(output).toContain(`ICC_TOKEN_SHA256=${hash('sha256', token)}`);
    expect((await command('token', '--callback', 'icc', '--stage', 'prod')).output).not.toContain(token);
  });

  test('refuses a callback that there is not', async () => {
    const { code, errors } = await command('token', '--callback', 'fax', '--stage', 'prod');

    expect(code).toBe(1);
    expect(errors).toMatch(/^There is no callback fax: it is one of cc, .+\.\n$/);
  });

  test('makes none for stage local, where everyone knows it', async () => {
    expect(await command('token', '--callback', 'cc', '--stage', 'local')).toEqual({
      code: 1,
      output: '',
      errors: 'On stage local the token of every callback is "local".\n',
    });
  });
});

describe.each(['redrive', 'replay'])('%s says what to do', (name) => {
  const noAws = { AWS_EC2_METADATA_DISABLED: 'true' };
  const elsewhere = () => ({
    ...noAws,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_ENDPOINT_URL: queues.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
  });

  test.each([
    ['without a stage', [], () => noAws, /^Usage: npm run/],
    ['of an unknown option', ['--stag', 'local'], () => noAws, /^Unknown option '--stag'/],
    ['without the local stack', ['--stage', 'local'], () => ({ SQS_PORT: '1' }), /start it with "npm start"/],
    ['without credentials', ['--stage', 'prod'], () => noAws, /^There are no AWS credentials/],
    [
      'of a stage that is not there',
      ['--stage', 'prod'],
      elsewhere,
      /^There is no queue or table .*-prod-calls/,
    ],
  ])('%s', async (_, args, environment, message) => {
    const { code, errors, output } = await finish(start(name, args, plainEnvironment(environment())));

    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(message);
    expect(errors).not.toMatch(/^\s+at /m);
  });
});

test('commands look where serverless.yml deploys to', async () => {
  vi.stubEnv('AWS_REGION', undefined);
  const { service, provider } = await resolveService('prod');

  expect(stackName('prod')).toBe(`${service}-prod`);
  expect(regionOf()).toBe(provider.region);
  vi.unstubAllEnvs();
});

test.each(['ExpiredTokenException', 'InvalidClientTokenId', 'SignatureDoesNotMatch'])(
  'commands say what to do about %s',
  (name) => {
    const refused = Object.assign(new Error('The security token is invalid'), { name });

    expect(credentialsError(refused)?.message).toBe(
      `AWS does not take these credentials (${name}): renew them, or set AWS_PROFILE.`,
    );
  },
);
