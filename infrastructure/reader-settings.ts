import * as v from 'valibot';
import { isZone } from '../shared/calls/period.ts';
import { accepted, integer, matching, optional, optionalOrEmpty } from './setting.ts';

/** How often readers may send requests, and how many are answered at once. */
export type ReaderLimits = { rate: number; burst: number; concurrency?: number | undefined };

/** The settings of a stage for those who read calls. */
export type ReaderSettings = {
  limits: ReaderLimits;
  /**
   * Whether the stack has a user pool. It has none if the company's own provider signs readers in.
   */
  hasUserPool: boolean;
  /** Whether the user pool has a client for machines. */
  hasMachineClient: boolean;
};

const word = /^[^\s,]+$/;

/** The settings about readers. */
export const ReaderEnvironment = v.object({
  TIME_ZONE: optional('an IANA time zone like Asia/Shanghai', accepted(isZone)),
  API_THROTTLE_RATE: optional('a whole number from 1 to 10000 (requests a second)', integer(1, 10_000)),
  API_THROTTLE_BURST: optional('a whole number from 1 to 5000 (requests at once)', integer(1, 5000)),
  API_CONCURRENCY: optionalOrEmpty('a whole number from 1 to 1000 (requests at once)', integer(1, 1000)),
  OIDC_ISSUER: optional('an https URL, exactly as tokens have it in "iss"', matching(/^https:\/\/[^\s?#]+$/)),
  OIDC_CLIENT_ID: optional('the id of a client at OIDC_ISSUER', matching(word)),
  OIDC_AUDIENCE: optional('the "aud" of tokens, without spaces or commas', matching(word)),
  OIDC_SCOPE: optional('one scope, without spaces or commas', matching(word)),
  OIDC_REQUIRED_CLAIM: optionalOrEmpty(
    'a claim and a value like groups=calls',
    matching(/^[^\s=]+=[^\s[\]]+$/),
  ),
  MACHINE_CLIENT: optional('on or off', v.picklist(['on', 'off'])),
});

/** The settings about readers in `env`, which must have no problems. */
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

/**
 * The problems of the settings about sign-in: a line for each that does not fit the others, the
 * stage or its region.
 */
export const signInProblems = (env: NodeJS.ProcessEnv, stage: string, region: string): string[] =>
  env.OIDC_ISSUER === undefined ? poolProblems(env, stage, region) : providerProblems(env);

const providerProblems = ({ OIDC_CLIENT_ID, MACHINE_CLIENT }: NodeJS.ProcessEnv): string[] => [
  ...(OIDC_CLIENT_ID === undefined
    ? ['OIDC_CLIENT_ID is missing: set it to the id of the client for the page at OIDC_ISSUER.']
    : []),
  ...(MACHINE_CLIENT === 'on'
    ? ['MACHINE_CLIENT is "on": leave it out with OIDC_ISSUER, whose provider has the clients.']
    : []),
];

const poolProblems = (env: NodeJS.ProcessEnv, stage: string, region: string): string[] => [
  ...['OIDC_CLIENT_ID', 'OIDC_AUDIENCE', 'OIDC_SCOPE']
    .filter((name) => env[name] !== undefined)
    .map((name) => `${name} is "${env[name]}": it needs OIDC_ISSUER. Set both, or leave it out.`),
  ...(region.startsWith('cn-')
    ? [
        `OIDC_ISSUER is missing: ${region} has no Cognito user pools, so set it to your company's OpenID Connect provider.`,
      ]
    : []),
  ...(canBeInDomain(stage)
    ? []
    : [
        `Stage "${stage}" cannot have a user pool: its name must have at most ${MAX_STAGE} characters and not contain aws, amazon or cognito. Choose another name, or set OIDC_ISSUER.`,
      ]),
];

// A domain of a sign-in page has at most 63 characters: nxcloud-callbacks-<stage>-<account>.
const MAX_STAGE = 63 - 'nxcloud-callbacks-'.length - '-123456789012'.length;

const canBeInDomain = (stage: string): boolean =>
  stage.length <= MAX_STAGE && !/aws|amazon|cognito/i.test(stage);
