import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { cc } from '../../shared/callbacks/cc.ts';
import { writeTombstone } from '../../shared/deliveries/tombstone.ts';
import type { Run } from '../../shared/reconciliation/run.ts';
import { type Finished, finish, start } from '../support/commands.ts';
import { type Behaviour, type Provider, startProvider } from '../support/nxcloud-provider.ts';
import { type ListRow, listRow, localised, writtenRow } from '../support/nxcloud-rows.ts';
import { scenario, toldCalls } from '../support/nxcloud-scenario.ts';
import { callAt, deliveriesOf, dynamodb, post } from '../support/pipeline.ts';
import { deliveryOf, foundBy, pksOf } from '../support/reconciliation.ts';
import { plainEnvironment } from '../support/run.ts';
import { until } from '../support/until.ts';

const ports = inject('ports');
const { deliveriesTable } = inject('stack');
const HOUR_MS = 3_600_000;
const signal = new AbortController().signal;

const settings = ({ gateway, credentials }: Provider) => ({
  SQS_PORT: String(ports.sqs),
  DYNAMODB_PORT: String(ports.dynamodb),
  NXCLOUD_GATEWAY: gateway,
  NXCLOUD_ACCESS_KEY: credentials.accessKey,
  NXCLOUD_SECRET: credentials.accessSecret,
});

/** A day that no other test has calls of, and how the command compares it. */
const ofDay = (day: string) => {
  const span = { from: Date.parse(day), until: Date.parse(day) + 24 * HOUR_MS };
  const [from = '', to = ''] = Object.values(span).map((time) => new Date(time).toISOString());
  return {
    span,
    reconcile: (provider: Provider, ...args: string[]) => {
      const env = plainEnvironment(settings(provider));
      return start('reconcile', ['--from', from, '--to', to, '--json', ...args], { env });
    },
  };
};

const runOf = ({ output, errors }: Finished): Run => {
  expect(errors).toBe('');
  return JSON.parse(output) as Run;
};

// What BatchWriteItem takes.
const AT_ONCE = 25;

/** What was posted, put where the consumer puts it; resolves when the projector has made calls of all. */
const arrive = async (bodies: readonly string[]): Promise<void> => {
  const items = bodies.map(deliveryOf);
  for (let n = 0; n < items.length; n += AT_ONCE) {
    const requests = items.slice(n, n + AT_ONCE).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [deliveriesTable]: requests } }));
  }
  for (const { pk } of items) await callAt(pk);
};

// A busy machine takes minutes for so many.
const timeout = 600_000;

describe('of 10,000 calls of which 37 callbacks were dropped, 5 were changed afterwards and 3 are known only here', {
  timeout,
}, () => {
  const { span, reconcile } = ofDay('2025-03-05');
  const story = scenario(
    { ...span, until: span.until - HOUR_MS },
    { calls: 10_000, dropped: 37, changed: 5, onlyOurs: 3 },
    20_261_126,
  );
  const erased = ['reconcile-erased-1', 'reconcile-erased-2'];
  const expected = {
    missing: pksOf(story.dropped),
    different: pksOf(story.changed),
    unexpected: pksOf(story.onlyOurs),
  };
  let provider: Provider;
  beforeAll(async () => {
    const rows = erased.map((id, n) => listRow(id, span.from + n * HOUR_MS));
    provider = await startProvider([...story.rows, ...rows]);
    await Promise.all(erased.map((id) => writeTombstone(`cc#${id}`, signal)));
    await arrive(story.bodies);
  }, timeout);
  afterAll(() => provider.stop());

  test('exactly those are found and filled in, though the command is killed again and again', async () => {
    for (const requests of [20, 60, 75]) {
      const child = reconcile(provider);
      await until(() => provider.seen.length >= requests);
      child.kill('SIGKILL');
      await finish(child);
    }
    const killedAt = new Date().toISOString();
    const run = runOf(await finish(reconcile(provider)));
    const calls = await Promise.all(story.dropped.map((id) => callAt(`cc#${id}`)));

    expect(run.startedAt < killedAt).toBe(true);
    expect(foundBy(run)).toEqual(expected);
    expect(run).toMatchObject({ compared: story.rows.length + 2, filled: 37, erased: 2 });
    expect(calls.map(({ callId }) => callId)).toEqual(story.dropped);
    for (const id of erased) expect(await deliveriesOf(`cc#${id}`)).toEqual([]);
  });

  test('a second run finds nothing missing, and reports the same others', async () => {
    const run = runOf(await finish(reconcile(provider)));

    expect(foundBy(run)).toEqual({ ...expected, missing: [] });
    expect(run).toMatchObject({ compared: story.rows.length + 2, filled: 0, erased: 2 });
  });
});

describe('a backfill into a table without these calls', () => {
  test('is complete, says what the list says, and tells nobody', async () => {
    const { span, reconcile } = ofDay('2025-03-06');
    const behaviour: Partial<Behaviour> = { order: 'none', repeatedRows: 10, language: 'en' };
    const rows = toldCalls(400, { ...span, until: span.from + 3 * HOUR_MS }, 3).map(({ row }) => row);
    const provider = await startProvider(rows, behaviour);
    const run = runOf(await finish(reconcile(provider)));
    provider.stop();

    expect(run).toMatchObject({ compared: 400, missingCount: 400, filled: 400 });
    for (const row of rows) {
      const call = await callAt(`cc#${row.callId}`);
      const { record } = cc.fold([writtenRow(localised(row, 'en'))]) ?? {};
      expect(call).toMatchObject({ ...record, versions: 1, silent: true });
    }
  });
});

describe('what a callback gave stays, and the list adds to it', () => {
  const { span, reconcile } = ofDay('2025-03-07');
  const row = (id: string): ListRow =>
    listRow(id, span.from + HOUR_MS, { agentName: 'wang', callDuration: 9, hangupCode: 1001 });
  const given = (id: string) => ({
    ...{ callId: id, startTime: span.from + HOUR_MS, caller: '85211111111' },
    ...{ agentName: 'fang', hangupBy: 1, answered: false },
  });

  test.each(['callback', 'list'])('if the %s is first', async (first) => {
    const id = `first-${first}`;
    const provider = await startProvider([row(id)]);
    if (first === 'callback') {
      await post('cc', given(id));
      await callAt(`cc#${id}`);
    }
    await finish(reconcile(provider, '--enrich'));
    await callAt(`cc#${id}`, ({ lineIp }) => lineIp !== undefined);
    if (first === 'list') await post('cc', given(id));
    const call = await callAt(`cc#${id}`, ({ versions }) => versions === 2);
    provider.stop();

    const { record } = cc.fold([JSON.stringify(given(id))]) ?? {};
    expect(call).toMatchObject(record ?? {});
    expect(call).toMatchObject({
      agentName: 'fang',
      hangupBy: 'customer',
      talkSeconds: 9,
      lineIp: '127.0.0.1',
    });
  });
});
