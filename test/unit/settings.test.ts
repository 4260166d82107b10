import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { digestProblems } from '../../infrastructure/digests.ts';
import { sizeProblems } from '../../infrastructure/environment-size.ts';
import { signInProblems } from '../../infrastructure/reader-settings.ts';
import {
  bucketProblems,
  certificateProblems,
  readSettings,
  settingProblems,
} from '../../infrastructure/settings.ts';
import { callbacks } from '../../shared/callbacks/list.ts';

const named = (env: Record<string, string>): (string | undefined)[] =>
  settingProblems(env, callbacks).map((line) => /^(\w+) is "[^"]*": it must be .+\.$/.exec(line)?.[1]);

describe('every wrong setting is named', () => {
  test.each([
    {
      what: 'malformed',
      env: {
        LOG_RETENTION_DAYS: '31',
        AUDIT_RETENTION_DAYS: '364',
        THROTTLE_RATE: 'many',
        THROTTLE_BURST: '',
        CONSUMER_CONCURRENCY: '1',
        TRACING: 'on',
        ARCHIVE_RECORDINGS: 'yes',
        RECORDING_HOSTS: 'https://record.example.com/',
        ALARM_EMAIL: 'oncall',
        ALLOWED_NETWORKS: '203.0.113.0/24,nowhere',
        DOMAIN: 'https://calls.example.com/',
        CERTIFICATE_ARN: '0a1b2c3d',
        TIME_ZONE: 'Asia/Peking',
        API_THROTTLE_RATE: 'some',
        API_THROTTLE_BURST: '1.5',
        API_CONCURRENCY: 'all',
        OIDC_ISSUER: 'http://login.example.com',
        OIDC_CLIENT_ID: '',
        OIDC_AUDIENCE: 'one,two',
        OIDC_SCOPE: 'openid calls/read',
        OIDC_REQUIRED_CLAIM: 'groups',
        MACHINE_CLIENT: 'true',
        EVENT_BUS: 'yes',
        WEBHOOK_URLS: 'crm.example.com/hook',
        RECONCILE: 'weekly',
        NXCLOUD_ACCESS_KEY: 'AK 0a1b2c3d',
        NXCLOUD_GATEWAY: 'api-hk.nxlink.ai',
        ICC_SILENCE_HOURS: '999',
        RETENTION_DAYS: 'all',
        CC_RETENTION_DAYS: '1.5',
      },
    },
    {
      what: 'nothing of what it sets',
      env: {
        LOG_RETENTION_DAYS: '0',
        THROTTLE_RATE: '0',
        THROTTLE_BURST: '0',
        CONSUMER_CONCURRENCY: '0',
        API_THROTTLE_RATE: '0',
        API_THROTTLE_BURST: '0',
        API_CONCURRENCY: '0',
        OIDC_REQUIRED_CLAIM: 'groups=',
        ICC_SILENCE_HOURS: '0',
        RETENTION_DAYS: '0',
        PNS_RETENTION_DAYS: '0',
      },
    },
    {
      what: 'more than AWS takes',
      env: {
        THROTTLE_RATE: '10001',
        THROTTLE_BURST: '5001',
        CONSUMER_CONCURRENCY: '1001',
        API_THROTTLE_RATE: '10001',
        API_THROTTLE_BURST: '5001',
        API_CONCURRENCY: '1001',
        ICC_SILENCE_HOURS: '169',
        RETENTION_DAYS: '36501',
        ICC_RETENTION_DAYS: '36501',
      },
    },
  ])('$what', ({ env }) => expect(named(env)).toEqual(Object.keys(env)));
});

test('a setting that is left out, or empty if that is allowed, is no problem', () => {
  const none = {
    ALARM_EMAIL: '',
    ALLOWED_NETWORKS: '',
    DOMAIN: '',
    CERTIFICATE_ARN: '',
    PNS_SILENCE_HOURS: '',
    RECORDING_HOSTS: '',
    WEBHOOK_URLS: '',
    RETENTION_DAYS: '',
    CC_RETENTION_DAYS: '',
    API_CONCURRENCY: '',
    OIDC_REQUIRED_CLAIM: '',
    RECONCILE: '',
    NXCLOUD_ACCESS_KEY: '',
    NXCLOUD_GATEWAY: '',
  };

  expect(named({})).toEqual([]);
  expect(named(none)).toEqual([]);
  expect(readSettings(none, callbacks)).toEqual({
    silenceHours: {},
    archivesRecordings: false,
    retention: {},
    events: { hasBus: false, endpoints: [] },
    readers: { limits: { rate: 20, burst: 20 }, hasUserPool: true, hasMachineClient: false },
    schedule: 'off',
  });
});

describe('digests that anybody can guess', () => {
  const good = 'a'.repeat(64);
  const problems = (PNS_TOKEN_SHA256: string) =>
    digestProblems(
      callbacks.filter(({ name }) => name === 'pns'),
      () => ({ PNS_TOKEN_SHA256 }),
      'prod',
    );

  test.each([hash('sha256', 'local'), hash('sha256', ''), '0'.repeat(64)])('%s is refused', (digest) => {
    expect(problems(digest)).toHaveLength(1);
    expect(problems(`${good}, ${digest.toUpperCase()}`)).toHaveLength(1);
    expect(problems(good)).toEqual([]);
  });
});

test("networks are refused with their size if they do not fit into a function's environment", () => {
  const network = '203.0.113.0/24,';
  const digest = 'a'.repeat(64);
  const fits = (networks: number, digests = 1) =>
    sizeProblems(
      {
        ALLOWED_NETWORKS: network.repeat(networks),
        PNS_TOKEN_SHA256: Array.from({ length: digests }, () => digest).join(),
      },
      callbacks,
    ).length === 0;

  expect(fits(230)).toBe(true);
  expect(fits(260)).toBe(false);
  expect(fits(230, 5)).toBe(false);
  expect(sizeProblems({ ALLOWED_NETWORKS: network.repeat(300) }, callbacks)).toEqual([
    expect.stringMatching(/^ALLOWED_NETWORKS has 4500 bytes: it must be at most 3\d{3}, /),
  ]);
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

test("a stage's name fits into its bucket's, in lower case and up to 63 characters", () => {
  expect(bucketProblems('prod', 'ap-southeast-1')).toEqual([]);
  expect(bucketProblems('a'.repeat(17), 'ap-southeast-1')).toEqual([]);
  for (const stage of ['a'.repeat(18), 'Prod']) {
    expect(bucketProblems(stage, 'ap-southeast-1')).toEqual([
      expect.stringMatching(`^Stage "${stage}" cannot have a bucket in ap-southeast-1: .* 17 characters`),
    ]);
  }
});

describe('endpoints', () => {
  const url = 'https://crm.example.com/hook?key=1';
  const isTaken = (...urls: string[]) => named({ WEBHOOK_URLS: urls.join() }).length === 0;

  test("are at most ten https URLs of public hosts that fit into a function's environment", () => {
    const urls = Array.from({ length: 11 }, (_, n) => `${url}${n}`);

    expect(isTaken(url, 'https://203.0.114.1/')).toBe(true);
    expect(isTaken(...urls.slice(0, 10))).toBe(true);
    expect(isTaken(...urls)).toBe(false);
    expect(isTaken(url + 'a'.repeat(3_000))).toBe(false);
  });

  test.each([
    'http://crm.example.com/',
    'https://localhost/',
    'https://127.0.0.1/',
    'https://10.1.2.3/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://169.254.169.254/',
  ])('are not %s', (other) => expect(isTaken(url, other)).toBe(false));

  test('and a bus are read from the settings', () => {
    const { events } = readSettings({ WEBHOOK_URLS: ` ${url} , `, EVENT_BUS: 'on' }, callbacks);

    expect(events.hasBus).toBe(true);
    expect(events.endpoints.map((endpoint) => endpoint.url.href)).toEqual([url]);
  });
});

describe('a comparison with NXCloud', () => {
  const NXCLOUD_ACCESS_KEY = 'AK0a1b2c3d';
  const scheduleOf = (env: Record<string, string>) => readSettings(env, callbacks).schedule;

  test('is made daily once there is an access key, or as RECONCILE says', () => {
    expect(scheduleOf({ NXCLOUD_ACCESS_KEY })).toBe('daily');
    expect(scheduleOf({ NXCLOUD_ACCESS_KEY, RECONCILE: 'hourly' })).toBe('hourly');
    expect(scheduleOf({ NXCLOUD_ACCESS_KEY, RECONCILE: 'off' })).toBe('off');
    expect(scheduleOf({ RECONCILE: 'off' })).toBe('off');
  });

  test('is not made without an access key', () => {
    expect(settingProblems({ RECONCILE: 'daily' }, callbacks)).toEqual([
      'RECONCILE is "daily": it must be off, or set together with NXCLOUD_ACCESS_KEY.',
    ]);
  });

  const isGateway = (NXCLOUD_GATEWAY: string) => named({ NXCLOUD_ACCESS_KEY, NXCLOUD_GATEWAY }).length === 0;

  test.each(['https://api-hk.nxlink.ai', 'https://api-idn.nxlink.ai/', 'https://proxy.example.com:8443'])(
    'is made at %s',
    (gateway) => expect(isGateway(gateway)).toBe(true),
  );

  test.each([
    'http://api-hk.nxlink.ai',
    'https://localhost',
    'https://10.1.2.3',
    'https://[::1]',
    'https://api-hk.nxlink.ai/saas/cc/openapi/cdr/page',
    'https://user:pass@api-hk.nxlink.ai',
    'https://api-hk.nxlink.ai?',
  ])('is not made at %s', (gateway) => expect(isGateway(gateway)).toBe(false));
});

describe('who signs readers in', () => {
  const REGION = 'ap-southeast-1';
  const OIDC_ISSUER = 'https://login.example.com';
  const OIDC_CLIENT_ID = 'calls';

  test('is a user pool, or a provider with its client', () => {
    expect(signInProblems({}, 'prod', REGION)).toEqual([]);
    expect(signInProblems({ MACHINE_CLIENT: 'on' }, 'prod', REGION)).toEqual([]);
    expect(signInProblems({ OIDC_ISSUER, OIDC_CLIENT_ID }, 'prod', REGION)).toEqual([]);
    expect(signInProblems({ OIDC_ISSUER }, 'prod', REGION)).toEqual([
      expect.stringMatching(/^OIDC_CLIENT_ID is missing: /),
    ]);
  });

  test('is not both at once', () => {
    const ofProvider = { OIDC_CLIENT_ID, OIDC_AUDIENCE: 'calls', OIDC_SCOPE: 'read' };

    expect(signInProblems(ofProvider, 'prod', REGION)).toEqual(
      Object.keys(ofProvider).map((name) => expect.stringMatching(`^${name} is ".+": it needs OIDC_ISSUER`)),
    );
    expect(signInProblems({ OIDC_ISSUER, OIDC_CLIENT_ID, MACHINE_CLIENT: 'on' }, 'prod', REGION)).toEqual([
      expect.stringMatching(/^MACHINE_CLIENT is "on": /),
    ]);
  });

  test('is a provider in AWS China, which has no user pools', () => {
    expect(signInProblems({}, 'prod', 'cn-northwest-1')).toEqual([
      expect.stringMatching(/^OIDC_ISSUER is missing: cn-northwest-1 has no Cognito user pools/),
    ]);
    expect(signInProblems({ OIDC_ISSUER, OIDC_CLIENT_ID }, 'prod', 'cn-northwest-1')).toEqual([]);
  });

  test.each(['aws-test', 'Cognito', 'a'.repeat(33)])(
    'is no user pool on stage %s, whose domain Cognito would refuse',
    (stage) => {
      expect(signInProblems({}, stage, REGION)).toEqual([
        expect.stringMatching(`^Stage "${stage}" cannot have a user pool: `),
      ]);
      expect(signInProblems({ OIDC_ISSUER, OIDC_CLIENT_ID }, stage, REGION)).toEqual([]);
      expect(signInProblems({}, 'a'.repeat(32), REGION)).toEqual([]);
    },
  );
});
