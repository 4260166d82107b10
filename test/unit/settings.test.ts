import { describe, expect, test } from 'vitest';
import { certificateProblems, readSettings, settingProblems } from '../../infrastructure/settings.ts';
import { callbacks } from '../../shared/callbacks/list.ts';

const named = (env: Record<string, string>): (string | undefined)[] =>
  settingProblems(env, callbacks).map((line) => /^(\w+) is "[^"]*": it must be .+\.$/.exec(line)?.[1]);

describe('every setting that is wrong is named', () => {
  test.each([
    {
      what: 'malformed',
      env: {
        LOG_RETENTION_DAYS: '31',
        THROTTLE_RATE: 'many',
        THROTTLE_BURST: '',
        CONSUMER_CONCURRENCY: '1',
        TRACING: 'on',
        ALARM_EMAIL: 'oncall',
        ALLOWED_NETWORKS: '203.0.113.0/24,nowhere',
        DOMAIN: 'https://calls.example.com/',
        CERTIFICATE_ARN: '0a1b2c3d',
        ICC_SILENCE_HOURS: '999',
      },
    },
    {
      what: 'nothing of what it sets',
      env: {
        LOG_RETENTION_DAYS: '0',
        THROTTLE_RATE: '0',
        THROTTLE_BURST: '0',
        CONSUMER_CONCURRENCY: '0',
        ICC_SILENCE_HOURS: '0',
      },
    },
    {
      what: 'more than AWS takes',
      env: {
        THROTTLE_RATE: '10001',
        THROTTLE_BURST: '5001',
        CONSUMER_CONCURRENCY: '1001',
        ICC_SILENCE_HOURS: '169',
      },
    },
  ])('$what', ({ env }) => expect(named(env)).toEqual(Object.keys(env)));
});

test('what is left out, or empty where that means none, is no problem', () => {
  const none = {
    ALARM_EMAIL: '',
    ALLOWED_NETWORKS: '',
    DOMAIN: '',
    CERTIFICATE_ARN: '',
    PNS_SILENCE_HOURS: '',
  };

  expect(named({})).toEqual([]);
  expect(named(none)).toEqual([]);
  expect(readSettings(none, callbacks)).toEqual({ silenceHours: {} });
});

test('a host name and its certificate are set together', () => {
  const DOMAIN = 'calls.example.com';
  const CERTIFICATE_ARN = 'arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d';

  expect(named({ DOMAIN })).toEqual(['CERTIFICATE_ARN']);
  expect(named({ CERTIFICATE_ARN })).toEqual(['CERTIFICATE_ARN']);
  expect(named({ DOMAIN, CERTIFICATE_ARN })).toEqual([]);
});

test('a certificate is of the region of the stage', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d';
  const settings = { domain: { name: 'calls.example.com', certificateArn } };

  expect(certificateProblems(settings, 'us-east-1')).toEqual([]);
  expect(certificateProblems(settings, 'eu-central-1')).toEqual([
    expect.stringContaining('it must be a certificate in eu-central-1'),
  ]);
});
