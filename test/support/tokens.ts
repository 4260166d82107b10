import { randomUUID } from 'node:crypto';
import { importJWK, type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { inject } from 'vitest';

const { issuer, signingKey } = inject('stack');

/** The name of the provider's key. */
export const kid = signingKey.kid ?? '';

/** Claims in place of good ones; an undefined one is left out. */
export type Deviations = Record<string, unknown>;

const seconds = (): number => Math.floor(Date.now() / 1000);

/** What is in a good access token, but for what is given. */
export const claimsWith = (deviations: Deviations = {}): JWTPayload => {
  const claims = {
    iss: issuer,
    aud: 'local',
    client_id: 'local',
    sub: 'local',
    scope: 'calls/read',
    jti: randomUUID(),
    iat: seconds(),
    exp: seconds() + 3600,
    ...deviations,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, claim]) => claim !== undefined));
};

/** A token that the local provider could have issued, but for what is given. */
export const tokenWith = async (
  deviations: Deviations = {},
  {
    key = signingKey,
    header = { alg: 'RS256', kid },
  }: { key?: JWK | Uint8Array; header?: JWTHeaderParameters } = {},
): Promise<string> =>
  new SignJWT(claimsWith(deviations))
    .setProtectedHeader(header)
    .sign(key instanceof Uint8Array ? key : await importJWK(key, 'RS256'));
