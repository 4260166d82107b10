import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { callOfKey } from '../../../shared/callbacks/list.ts';
import { foldCall } from '../../../shared/calls/fold.ts';
import { itemOf } from '../../../shared/calls/item.ts';
import { project } from '../../../shared/calls/project.ts';
import { type ArchiveResult, isArchiveResult } from '../../../shared/deliveries/archive-result.ts';
import type { Delivery } from '../../../shared/deliveries/delivery.ts';
import { archived } from '../../support/archive.ts';
import { callbackNamed } from '../../support/calls.ts';
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
import { copyProject } from '../../support/project.ts';

let stage: LocalStage;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  stage = await startLocalStage();
});
afterAll(() => stage.stop());
beforeEach(() => {
  env = { ...stage.env, DATA_DIR: mkdtempSync(join(tmpdir(), 'rebuild-')) };
});
afterEach(async () => {
  await stage.empty();
  rmSync(env.DATA_DIR ?? '', { recursive: true, force: true });
});

const rebuild = (...args: string[]) => finish(start('rebuild', args, { env }));
const rebuildJson = async (...args: string[]) => JSON.parse((await rebuild('--json', ...args)).output);

const deliver = (...deliveries: object[]) =>
  Promise.all(deliveries.map((delivery) => stage.put(stage.deliveriesTable, delivery)));

/** Projects a call as the stream does: again, until it is done. */
const projectNow = async (id: string): Promise<void> => {
  try {
    await project(callbackNamed('cc'), `cc#${id}`, AbortSignal.timeout(60_000));
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') throw error;
    await projectNow(id);
  }
};

/**
 * What the table of calls has, without how often each was written, and whether events tell of it.
 */
const calls = async () => {
  const items = await stage.items(stage.callsTable);
  return new Map(items.map(({ rev, silent, ...call }) => [call.pk, call]));
};

/** What it has to have: the fold of the deliveries. */
const folded = async () => {
  const items = (await stage.items(stage.deliveriesTable)) as unknown as (Delivery | ArchiveResult)[];
  const results = items.filter(isArchiveResult);
  const bodies = items.filter((item): item is Delivery => !isArchiveResult(item));
  const byCall = Map.groupBy(bodies, ({ pk }) => pk);
  return new Map(
    [...byCall].flatMap(([pk, versions]) => {
      const owner = callOfKey(pk);
      const ofCall = results.filter((result) => result.pk === pk);
      const call = owner && foldCall(owner.callback, versions, ofCall);
      return call ? [[pk, JSON.parse(JSON.stringify(itemOf(call)))]] : [];
    }),
  );
};

test('makes every call from its deliveries, and none from other items', async () => {
  const unreadable = { ...deliveryOf('unreadable'), body: '{"of":"another version"}' };
  const rejected = { pk: 'rejected#cc', sk: 'a'.repeat(64), callback: 'cc', body: '{}', issues: [] };
  const agent = { ...deliveryOf('x'), pk: 'predictive#agent:1', id: 'agent:1', callback: 'predictive' };
  await deliver(...ids('call', 250).map((id) => deliveryOf(id)), unreadable, rejected, agent);
  await deliver(...ids('call', 50).map((id) => deliveryOf(id, { caller: '85235757583' })));
  await deliver(...ids('agent', 60).map((agentName) => deliveryOf('of-many-pages', { agentName })));
  await Promise.all(ids('call', 30).map(projectNow));
  const { written, unchanged, ...others } = await rebuildJson();

  expect(others).toEqual({ stage: 'local', deliveries: 363, unreadable: 1, removed: 0, noCall: 0 });
  expect(written + unchanged).toBe(251);
  expect(unchanged).toBeGreaterThanOrEqual(30);
  expect(await calls()).toEqual(await folded());
  expect(await rebuild()).toEqual({
    code: 0,
    output: `${LOCAL}363 deliveries read.
Calls: 0 written, 251 unchanged, 1 unreadable by today's schemas.
Unreadable, for example: cc#unreadable
`,
    errors: '',
  });
});

test("keeps the archiver's results, and treats them as no delivery and no call", async () => {
  const [url, earlier] = ['https://recordings.example/1', 'https://recordings.example/0'];
  await deliver(
    ...ids('call', 30).map((id) => deliveryOf(id, { recordUrl: url })),
    ...ids('call', 20).map((id) => archived(`cc#${id}`, 'recording', url)),
    archived('cc#call-29', 'recording', earlier),
    archived('cc#gone', 'recording', url),
  );
  const { deliveries, written, removed, noCall } = await rebuildJson();
  const made = await calls();

  expect({ deliveries, written, removed, noCall }).toEqual({
    deliveries: 30,
    written: 30,
    removed: 0,
    noCall: 0,
  });
  expect(made.get('cc#call-7')).toMatchObject({ recording: { state: 'archived' }, versions: 1 });
  expect(made.get('cc#call-25')).not.toHaveProperty('recording');
  expect(made.get('cc#call-29')).toMatchObject({ recording: { state: 'waiting' } });
  expect(made).toEqual(await folded());
});

test('brings old calls up to date after a change of a mapping', async () => {
  await deliver(deliveryOf('old', { agentName: 'Li', agentNickName: 'Xiao Li' }));
  await projectNow('old');
  const project = copyProject();
  try {
    const file = join(project.dir, 'shared', 'callbacks', 'cc.ts');
    const mapping = readFileSync(file, 'utf8');
    const changed = mapping.replace('agentNickname: call.agentNickName', 'agentNickname: call.agentName');
    expect(changed).not.toBe(mapping);
    writeFileSync(file, changed);
    const { code } = await finish(start('rebuild', [], { env, dir: project.dir }));

    expect(code).toBe(0);
    expect((await calls()).get('cc#old')).toMatchObject({ agentNickname: 'Li' });
  } finally {
    project.remove();
  }
});

test.each(['SIGINT', 'SIGKILL'] as const)('continues where %s ended it', async (signal) => {
  await deliver(...ids('call', 320).map((id) => deliveryOf(id)));
  const { proxy, port } = await proxied(stage.database);
  let puts = 0;
  proxy.faultOf = ({ action }) => (action === 'PutItem' && ++puts > 200 ? 'hang' : undefined);
  const child = start('rebuild', [], { env: { ...env, DYNAMODB_PORT: port } });
  const ended = finish(child);
  await vi.waitUntil(() => puts > 200, { timeout: 60_000 });
  child.kill(signal);
  const { code, errors } = await ended;
  await proxy.stop();
  expect(code).not.toBe(0);
  if (signal === 'SIGINT')
    expect(errors).toBe('Interrupted. Nothing is lost. Run it again with --resume to continue.\n');
  const before = (await calls()).size;
  expect(before).toBeLessThanOrEqual(200);

  const { deliveries, written, unchanged } = await rebuildJson('--resume');
  expect(deliveries).toBe(320);
  expect(written + unchanged).toBe(320);
  // What was done is not all done again.
  expect(unchanged).toBeLessThan(before);
  expect(await calls()).toEqual(await folded());
  expect((await rebuild('--resume')).errors).toBe(
    'No rebuild of this stage was interrupted: run it without --resume.\n',
  );
});

test('removes a call without deliveries, and no other', async () => {
  await deliver(...ids('call', 30).map((id) => deliveryOf(id)));
  await Promise.all(ids('call', 30).map(projectNow));
  const { pk, sk } = deliveryOf('call-7');
  const key = { TableName: stage.deliveriesTable, Key: marshall({ pk, sk }) };
  await stage.dynamodb.send(new DeleteItemCommand(key));
  const { output } = await rebuild();

  expect(output).toContain('Calls without deliveries: 1 removed.\n');
  expect((await calls()).has('cc#call-7')).toBe(false);
  expect(await calls()).toEqual(await folded());
});

test('leaves calls that arrive meanwhile in step with their deliveries', async () => {
  await deliver(...ids('call', 200).map((id) => deliveryOf(id)));
  const ended = rebuild();
  for (const [n, id] of ids('call', 200).entries()) {
    await deliver(deliveryOf(id, { callDuration: n }));
    await projectNow(id);
  }
  expect(await ended).toMatchObject({ code: 0, errors: '' });

  expect(await calls()).toEqual(await folded());
});

test('retries a call while the table is throttled', async () => {
  await deliver(...ids('call', 3).map((id) => deliveryOf(id)));
  const { proxy, port } = await proxied(stage.database);
  let throttles = 20;
  proxy.faultOf = ({ action }) => (action === 'PutItem' && throttles-- > 0 ? 'throttle' : undefined);
  const through = { ...env, DYNAMODB_PORT: port };
  const { code, errors } = await finish(start('rebuild', [], { env: through }));
  await proxy.stop();

  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(await calls()).toEqual(await folded());
});
