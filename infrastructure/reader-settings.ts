import * as v from 'valibot';
import { isZone } from '../shared/calls/period.ts';
import { accepted, integer, matching, optional, optionalOrEmpty } from './setting.ts';

/** How often readers may ask, and how many of their questions are answered at once. */
export type ReaderLimits = { rate: number; burst: number; concurrency?: number | undefined };

/** What a stage does for those who read calls. */
export type ReaderSettings = {
  limits: ReaderLimits;
  /** Whether the stack has a user pool, instead of a provider that the company has already. */
  hasUserPool: boolean;
  /** Whether the user pool has a client for machines. */
  hasMachineClient: boolean;
};

const word = /^[^\s,]+$/;

/** The settings about readers. */
export const ReaderEnvironment = v.object({
  TIME_ZONE: optional('an IANA time zone like Asia/Shanghai', accepted(isZone)),
  API_THROTTLE_RATE: optional('requests a second, a whole number from 1 to 10000', integer(1, 10_000)),
  API_THROTTLE_BURST: optional('requests at once, a whole number from 1 to 5000', integer(1, 5000)),
  API_CONCURRENCY: optionalOrEmpty('questions at once, a whole number from 1 to 1000', integer(1, 1000)),
  OIDC_ISSUER: optional('an https URL, as tokens have it in "iss"', matching(/^https:\/\/[^\s?#]+$/)),
  OIDC_CLIENT_ID: optional('the id of a client of OIDC_ISSUER', matching(word)),
  OIDC_AUDIENCE: optional('what tokens have in "aud"', matching(word)),
  OIDC_SCOPE: optional('one scope', matching(word)),
  OIDC_REQUIRED_CLAIM: optionalOrEmpty(
    'a claim and a value like groups=calls',
    matching(/^[^\s=]+=[^\s[\]]+$/),
  ),
  MACHINE_CLIENT: optional('on or off', v.picklist(['on', 'off'])),
});

/** The settings about readers in `env`, which has no problems. */
export const readReaderSettings = (env: NodeJS.ProcessEnv): ReaderSettings => {
  const settings = v.parse(ReaderEnvironment, env);
  return {
    limits: {
      rate: settings.API_THROTTLE_RATE ?? 20,
      burst: settings.API_THROTTLE_BURST ?? 20,
      concurrency: settings.API_CONCURRENCY,
    },
    hasUserPool: settings.OIDC_ISSUER === undefined,
    hasMachineClient: settings.MACHINE_CLIENT === 'on',
  };
};

/** What is wrong with the settings about sign-in: a line for each that does not fit the others, the stage or its region. */
export const signInProblems = (env: NodeJS.ProcessEnv, stage: string, region: string): string[] =>
  env.OIDC_ISSUER === undefined ? poolProblems(env, stage, region) : providerProblems(env);

const providerProblems = ({ OIDC_CLIENT_ID, MACHINE_CLIENT }: NodeJS.ProcessEnv): string[] => [
  ...(OIDC_CLIENT_ID === undefined
    ? ['OIDC_CLIENT_ID is missing: it must be the id of the client that OIDC_ISSUER has for the page.']
    : []),
  ...(MACHINE_CLIENT === 'on'
    ? ['MACHINE_CLIENT is "on": with OIDC_ISSUER it must be left out, since that provider has the clients.']
    : []),
];

const poolProblems = (env: NodeJS.ProcessEnv, stage: string, region: string): string[] => [
  ...['OIDC_CLIENT_ID', 'OIDC_AUDIENCE', 'OIDC_SCOPE']
    .filter((name) => env[name] !== undefined)
    .map((name) => `${name} is "${env[name]}": without OIDC_ISSUER it must be left out.`),
  ...(region.startsWith('cn-')
    ? [`OIDC_ISSUER is missing: ${region} has no user pools, so it must be your company's OpenID provider.`]
    : []),
  ...(canBeInDomain(stage)
    ? []
    : [
        `Stage "${stage}" cannot have a user pool: its name must be at most ${MAX_STAGE} characters, without aws, amazon or cognito. Take another name, or set OIDC_ISSUER.`,
      ]),
];

// The domain of the sign-in page has 63 characters at most: nxcloud-callbacks-<stage>-<account>.
const MAX_STAGE = 63 - 'nxcloud-callbacks-'.length - '-123456789012'.length;

const canBeInDomain = (stage: string): boolean =>
  stage.length <= MAX_STAGE && !/aws|amazon|cognito/i.test(stage);
