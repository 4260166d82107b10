import * as v from 'valibot';
import type { Callback } from '../shared/callbacks/callback.ts';
import { parseNetworks } from '../shared/receiving/networks.ts';
import { parseHosts } from '../shared/recordings/hosts.ts';
import type { CustomDomain } from './custom-domain.ts';
import { EventEnvironment, type EventSettings, readEventSettings } from './event-settings.ts';
import { ReaderEnvironment, type ReaderSettings, readReaderSettings } from './reader-settings.ts';
import { type Retention, readRetention, retentionOf } from './retention.ts';
import { ReconcileEnvironment, type Schedule, scheduleIn } from './schedule.ts';
import { accepted, integer, matching, optional, optionalOrEmpty, problemsWith } from './setting.ts';

/**
 * The settings that the plugin acts on. serverless.yml uses the others; they are only checked here.
 */
export type Settings = {
  alarmEmail?: string | undefined;
  domain?: CustomDomain | undefined;
  /** How many hours each callback may be silent before its alarm goes off. */
  silenceHours: Record<string, number>;
  /** Whether recordings are fetched. */
  archivesRecordings: boolean;
  /** How many days the deliveries of each callback are kept; the others stay. */
  retention: Retention;
  readers: ReaderSettings;
  events: EventSettings;
  /** How often the calls are compared with NXCloud's list. */
  schedule: Schedule;
};

// The values that CloudWatch Logs and Serverless both accept.
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 2192, 2557, 2922, 3288, 3653,
].map(String);

const areNetworks = (written: string): boolean => {
  try {
    parseNetworks(written);
    return true;
  } catch {
    return false;
  }
};

const areHosts = (written: string): boolean => {
  try {
    parseHosts(written);
    return true;
  } catch {
    return false;
  }
};

const logDays = optional(`one of ${LOG_DAYS.join(', ')}`, v.picklist(LOG_DAYS));

const Environment = v.pipe(
  v.object({
    LOG_RETENTION_DAYS: logDays,
    AUDIT_RETENTION_DAYS: logDays,
    THROTTLE_RATE: optional('a whole number from 1 to 10000 (requests a second)', integer(1, 10_000)),
    THROTTLE_BURST: optional('a whole number from 1 to 5000 (requests at once)', integer(1, 5000)),
    CONSUMER_CONCURRENCY: optional('a whole number from 2 to 1000 (consumers at once)', integer(2, 1000)),
    TRACING: optional('Active or PassThrough', v.picklist(['Active', 'PassThrough'])),
    ARCHIVE_RECORDINGS: optional('on or off', v.picklist(['on', 'off'])),
    RECORDING_HOSTS: optional(
      'host names like record.example.com or *.example.com, comma-separated, or left out for any',
      accepted(areHosts),
    ),
    ALARM_EMAIL: optionalOrEmpty('an e-mail address', matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/)),
    ALLOWED_NETWORKS: optional(
      'addresses or networks like 203.0.113.0/24, comma-separated, or left out for any',
      accepted(areNetworks),
    ),
    DOMAIN: optionalOrEmpty(
      'a host name like calls.example.com, in lower case',
      matching(/^([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]{2,}$/),
    ),
    CERTIFICATE_ARN: optionalOrEmpty(
      'the ARN of an ACM certificate',
      matching(/^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/),
    ),
  }),
  v.forward(
    v.check(
      ({ DOMAIN, CERTIFICATE_ARN }) => (DOMAIN === undefined) === (CERTIFICATE_ARN === undefined),
      'set together with DOMAIN: both, or neither',
    ),
    ['CERTIFICATE_ARN'],
  ),
);

const silenceVariable = ({ name }: Callback): string => `${name.toUpperCase()}_SILENCE_HOURS`;

const Hours = optionalOrEmpty('a whole number of hours from 1 to 168', integer(1, 168));

const silenceOf = (callbacks: readonly Callback[]) =>
  v.object(Object.fromEntries(callbacks.map((callback) => [silenceVariable(callback), Hours])));

/** The problems of the settings in `env`, one line for each variable. */
export const settingProblems = (env: NodeJS.ProcessEnv, callbacks: readonly Callback[]): string[] =>
  problemsWith(
    [
      ...[Environment, ReaderEnvironment, EventEnvironment, ReconcileEnvironment],
      ...[silenceOf(callbacks), retentionOf(callbacks)],
    ],
    env,
  );

/** The settings in `env`, which must have no problems. */
export const readSettings = (env: NodeJS.ProcessEnv, callbacks: readonly Callback[]): Settings => {
  const { ALARM_EMAIL, DOMAIN, CERTIFICATE_ARN, ARCHIVE_RECORDINGS } = v.parse(Environment, env);
  const hours = v.parse(silenceOf(callbacks), env);
  return {
    alarmEmail: ALARM_EMAIL,
    domain: DOMAIN && CERTIFICATE_ARN ? { name: DOMAIN, certificateArn: CERTIFICATE_ARN } : undefined,
    archivesRecordings: ARCHIVE_RECORDINGS === 'on',
    retention: readRetention(env, callbacks),
    silenceHours: Object.fromEntries(
      callbacks.flatMap((callback) => {
        const silent = hours[silenceVariable(callback)];
        return silent ? [[callback.name, silent]] : [];
      }),
    ),
    readers: readReaderSettings(env),
    events: readEventSettings(env),
    schedule: scheduleIn(env),
  };
};

/** The problem of the certificate, if it is not in the API's region. */
export const certificateProblems = ({ domain }: Pick<Settings, 'domain'>, region: string): string[] =>
  domain === undefined || domain.certificateArn.includes(`:acm:${region}:`)
    ? []
    : [
        `CERTIFICATE_ARN is "${domain.certificateArn}": it must be a certificate in ${region}, where the stage is.`,
      ];

// The rest of a bucket's name: `nxcloud-callbacks-`, the account's twelve digits and two hyphens.
const LONGEST_BUCKET_NAME = 63 - 'nxcloud-callbacks-'.length - 14;

/** The problem of the stage's name, if no bucket can have it. */
export const bucketProblems = (stage: string, region: string): string[] => {
  const longest = LONGEST_BUCKET_NAME - region.length;
  return /^[a-z\d-]+$/.test(stage) && stage.length <= longest
    ? []
    : [
        `Stage "${stage}" cannot have a bucket in ${region}: its name must have at most ${longest} characters, all lower-case letters, digits or hyphens.`,
      ];
};
