import type { Callback } from '../shared/callbacks/callback.ts';
import { parseNetworks } from '../shared/receiving/networks.ts';
import { isDigest } from '../shared/receiving/token-digest.ts';

type Check = { variable: string; expected: string; accepts: (written: string) => boolean };

// What CloudWatch Logs takes.
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const integerIn = (written: string, minimum: number, maximum: number): boolean =>
  /^\d+$/.test(written) && Number(written) >= minimum && Number(written) <= maximum;

const areNetworks = (written: string): boolean => {
  try {
    parseNetworks(written);
    return true;
  } catch {
    return false;
  }
};

const parts = (written: string): string[] => written.split(',').map((part) => part.trim());

/** The settings of serverless.yml's `custom.settings`, by name. */
const SETTINGS: Record<string, Check> = {
  logRetentionDays: {
    variable: 'LOG_RETENTION_DAYS',
    expected: `one of ${RETENTION_DAYS.join(', ')}`,
    accepts: (written) => RETENTION_DAYS.some((days) => String(days) === written),
  },
  throttleRate: {
    variable: 'THROTTLE_RATE',
    expected: 'requests a second, a whole number from 1 to 10000',
    accepts: (written) => integerIn(written, 1, 10_000),
  },
  throttleBurst: {
    variable: 'THROTTLE_BURST',
    expected: 'requests at once, a whole number from 1 to 5000',
    accepts: (written) => integerIn(written, 1, 5000),
  },
  consumerConcurrency: {
    variable: 'CONSUMER_CONCURRENCY',
    expected: 'consumers at once, a whole number from 2 to 1000',
    accepts: (written) => integerIn(written, 2, 1000),
  },
  alarmEmail: {
    variable: 'ALARM_EMAIL',
    expected: 'an e-mail address, or left out for none',
    accepts: (written) => written === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(written),
  },
  allowedNetworks: {
    variable: 'ALLOWED_NETWORKS',
    expected: 'addresses or networks like 203.0.113.0/24, comma-separated, or left out for any',
    accepts: areNetworks,
  },
};

const SILENCE: Omit<Check, 'variable'> = {
  expected: 'hours, a whole number from 1 to 168, or left out for no alarm',
  accepts: (written) => integerIn(written, 1, 168),
};

/** How long a callback may be silent before its alarm goes off: hours in `<CALLBACK>_SILENCE_HOURS`, undefined for no alarm. */
export const silenceHours = (callback: string, env: NodeJS.ProcessEnv): number | undefined =>
  env[silenceVariable(callback)] ? Number(env[silenceVariable(callback)]) : undefined;

const silenceVariable = (callback: string): string => `${callback.toUpperCase()}_SILENCE_HOURS`;

/** What is wrong with the settings: one line for each. */
export const settingProblems = (
  settings: Record<string, unknown>,
  callbacks: readonly Callback[],
  env: NodeJS.ProcessEnv,
): string[] => [
  ...Object.entries(SETTINGS).flatMap(([name, check]) => problem(check, String(settings[name] ?? ''))),
  ...callbacks.flatMap(({ name }) => {
    const variable = silenceVariable(name);
    return env[variable] ? problem({ variable, ...SILENCE }, env[variable]) : [];
  }),
];

const problem = ({ variable, expected, accepts }: Check, written: string): string[] =>
  accepts(written) ? [] : [`${variable} is "${written}": it must be ${expected}.`];

/** What is wrong with the token digests in the functions' environment: one line for each callback. */
export const digestProblems = (
  callbacks: readonly Callback[],
  environmentOf: (callback: string) => Record<string, unknown> | undefined,
  stage: string,
): string[] =>
  callbacks.flatMap(({ name, tokenVariable: variable }) => {
    const written = String(environmentOf(name)?.[variable] ?? '').trim();
    const command = `npm run token -- --callback ${name} --stage ${stage}`;
    if (written === '') return [`${variable} is missing: make a token and its digest with "${command}".`];
    if (parts(written).every(isDigest)) return [];
    return [
      `${variable} is not a list of SHA-256 digests (64 hex digits each, comma-separated): make one with "${command}".`,
    ];
  });
