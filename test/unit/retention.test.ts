import { afterEach, describe, expect, test, vi } from 'vitest';
import { deletesBy, expireFiles, readRetention, tellRetention } from '../../infrastructure/retention.ts';
import { readSettings } from '../../infrastructure/settings.ts';
import { callbacks } from '../../shared/callbacks/list.ts';
import { isLive, lastExpiry } from '../../shared/deliveries/expiry.ts';
import { expiryOf } from '../../shared/deliveries/retention.ts';
import { eventOf } from '../../shared/events/event.ts';
import { callItem } from '../support/call-items.ts';
import { reception } from '../support/calls.ts';

const RECEIVED = '2026-11-26T04:04:11.000Z';
const days = (number: number) => Date.parse(RECEIVED) / 1000 + number * 86_400;

describe('a body', () => {
  const body = reception('cc', { callId: '1' }).item;
  const rejected = reception('cc', 'no JSON').item;

  test.each([
    [{}, undefined],
    [{ RETENTION_DAYS: '' }, undefined],
    [{ RETENTION_DAYS: '365' }, days(365)],
    [{ RETENTION_DAYS: '365', CC_RETENTION_DAYS: '7' }, days(7)],
    [{ RETENTION_DAYS: '365', CC_RETENTION_DAYS: '' }, days(365)],
    [{ RETENTION_DAYS: '365', PNS_RETENTION_DAYS: '7' }, days(365)],
    [{ CC_RETENTION_DAYS: '7' }, days(7)],
  ])('with %j expires at %s', (env, expected) => expect(expiryOf(body, env)).toBe(expected));

  test.each([
    [{}, days(30)],
    [{ RETENTION_DAYS: '365' }, days(30)],
    [{ CC_RETENTION_DAYS: '7' }, days(7)],
  ])('that was rejected, with %j, expires at %s', (env, expected) =>
    expect(expiryOf(rejected, env)).toBe(expected),
  );

  test('of an agent expires as those of calls do', () => {
    const event = reception('predictive', { type: 1, state: 2, time: 1558677726, agentid: 'a-1' }).item;

    expect(event.pk).toBe('predictive#agent:a-1');
    expect(expiryOf(event, { PREDICTIVE_RETENTION_DAYS: '7' })).toBe(days(7));
  });
});

test('a call expires with the last of its bodies, and never if one of them does not', () => {
  expect(lastExpiry([{ expiresAt: 3 }, { expiresAt: 9 }, { expiresAt: 5 }])).toBe(9);
  expect(lastExpiry([{ expiresAt: 3 }, {}, { expiresAt: 5 }])).toBeUndefined();
});

describe('with a moved clock', () => {
  afterEach(() => vi.useRealTimers());
  const at = (seconds: number) => vi.useFakeTimers({ now: seconds * 1000, toFake: ['Date'] });

  test('what expires is there until then, and not from then on', () => {
    at(days(7) - 1);
    expect([isLive({ expiresAt: days(7) }), isLive({})]).toEqual([true, true]);
    at(days(7));
    expect([isLive({ expiresAt: days(7) }), isLive({})]).toEqual([false, true]);
  });

  test('no event tells of a call that has expired', () => {
    const call = callItem(1, { expiresAt: days(7) });
    const typeOf = () => eventOf(undefined, call, new Date())?.type;
    at(days(7) - 1);
    expect(typeOf()).toBe('call.started');
    at(days(7));
    expect(typeOf()).toBeUndefined();
  });
});

test('no event tells that a call will expire, at another time, or no more, and none has the time', () => {
  const [never, then, later] = [
    callItem(1),
    callItem(1, { expiresAt: 9e9 }),
    callItem(1, { expiresAt: 9.1e9 }),
  ];
  for (const [before, after] of [
    [never, then],
    [then, later],
    [later, never],
  ] as const) {
    expect(eventOf(before, { ...after, rev: 2 }, new Date())).toBeUndefined();
  }
  const event = eventOf(never, { ...then, status: 'ended' }, new Date());
  expect(event?.type).toBe('call.updated');
  expect(event?.data).not.toHaveProperty('expiresAt');
});

const COLDER = { StorageClass: 'STANDARD_IA', TransitionInDays: 30 };

const rulesWith = (retention: Record<string, number>): object[] => {
  const Rules = [
    { Id: 'recordings', Status: 'Enabled', Prefix: 'recordings/', Transitions: [COLDER] },
    { Id: 'exports', Status: 'Enabled', Prefix: 'exports/', ExpirationInDays: 7 },
    { Id: 'reconciliations', Status: 'Enabled', Prefix: 'reconciliations/', ExpirationInDays: 30 },
    { Id: 'other', Status: 'Enabled', Prefix: '' },
  ];
  const LifecycleConfiguration = { Rules };
  const FilesBucket = { Type: 'AWS::S3::Bucket', Properties: { LifecycleConfiguration } };
  expireFiles({ Resources: { FilesBucket }, Outputs: {} }, callbacks, retention);
  return LifecycleConfiguration.Rules;
};

describe('files', () => {
  test('stay as they are without a retention', () => {
    expect(rulesWith({}).map((rule) => (rule as { Id: string }).Id)).toEqual([
      'recordings',
      'exports',
      'reconciliations',
      'other',
    ]);
  });

  test('expire by callback, and those that are gone by then get no colder class, which S3 would refuse', () => {
    const recordings = (name: string, more: object) => ({
      ...{ Id: `recordings-${name}`, Status: 'Enabled', Prefix: `recordings/${name}/`, ...more },
    });

    expect(rulesWith({ cc: 31, icc: 30 })).toEqual([
      recordings('cc', { Transitions: [COLDER], ExpirationInDays: 31 }),
      recordings('predictive', { Transitions: [COLDER] }),
      recordings('icc', { ExpirationInDays: 30 }),
      recordings('pns', { Transitions: [COLDER] }),
      { Id: 'exports', Status: 'Enabled', Prefix: 'exports/', ExpirationInDays: 7 },
      { Id: 'reconciliations', Status: 'Enabled', Prefix: 'reconciliations/', ExpirationInDays: 30 },
      { Id: 'other', Status: 'Enabled', Prefix: '' },
    ]);
  });

  test('that were exported, and what was compared, live no longer than the shortest retention', () => {
    const rules = rulesWith({ cc: 31, icc: 3 });

    expect(rules).toContainEqual(expect.objectContaining({ Id: 'exports', ExpirationInDays: 3 }));
    expect(rules).toContainEqual(expect.objectContaining({ Id: 'reconciliations', ExpirationInDays: 3 }));
  });
});

test('the functions that have to know it are told the retention that is set, and no other', () => {
  const functions = {
    consumer: { events: [], environment: { DELIVERIES_TABLE: 'deliveries' } },
    archiver: { events: [] },
    reconciler: { events: [] },
    api: { events: [], environment: {} },
  };
  const env = {
    RETENTION_DAYS: '365',
    CC_RETENTION_DAYS: '7',
    ICC_RETENTION_DAYS: '',
    LOG_RETENTION_DAYS: '30',
  };
  tellRetention(functions, callbacks, env);
  const told = { RETENTION_DAYS: '365', CC_RETENTION_DAYS: '7' };

  expect(functions).toEqual({
    consumer: { events: [], environment: { DELIVERIES_TABLE: 'deliveries', ...told } },
    archiver: { events: [], environment: told },
    reconciler: { events: [], environment: told },
    api: { events: [], environment: {} },
  });
  expect(readRetention(env, callbacks)).toEqual({ cc: 7, predictive: 365, icc: 365, pns: 365 });
  expect(readSettings(env, callbacks).retention).toEqual(readRetention(env, callbacks));
});

describe('a bucket that was deployed', () => {
  /** As S3 tells the rules that a template with this retention has. */
  const deployed = (retention: Record<string, number>) =>
    rulesWith(retention).map((rule) => {
      const { Prefix, ExpirationInDays: Days } = rule as { Prefix: string; ExpirationInDays?: number };
      return { Filter: { Prefix }, ...(Days && { Expiration: { Days } }) };
    });

  test.each([{}, { cc: 31 }, { cc: 3, icc: 365 }, { cc: 1, predictive: 1, icc: 1, pns: 1 }])(
    'with %j deletes by it, and by no other',
    (retention) => {
      expect(deletesBy(deployed(retention), callbacks, retention)).toBe(true);
      expect(deletesBy(deployed(retention), callbacks, { ...retention, pns: 40 })).toBe(false);
      expect(deletesBy([], callbacks, retention)).toBe(false);
    },
  );
});
