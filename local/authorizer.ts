import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';

/** A JWT authorizer of serverless.yml. */
export type AuthorizerDefinition = { issuerUrl: string; audience: string[] };

/** Why a request does not reach the function. */
export type Refusal = { status: 401 | 403; reason: string; challenge?: string };

/** The claims of a token, as a function gets them. */
export type Jwt = { claims: Record<string, string>; scopes: string[] | null };

export type Authorizer = (authorization: string | undefined, scopes: string[]) => Promise<Jwt | Refusal>;

// The algorithms that API Gateway accepts.
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/** Checks tokens as a JWT authorizer of API Gateway does. */
export const jwtAuthorizer = ({ issuerUrl, audience }: AuthorizerDefinition): Authorizer => {
  let keys: JWTVerifyGetKey | undefined;

  const verify = async (token: string): Promise<JWTPayload> => {
    keys ??= createRemoteJWKSet(await keysUrl(issuerUrl));
    const options = { issuer: issuerUrl, algorithms: ALGORITHMS, requiredClaims: ['exp'] };
    const { payload, protectedHeader } = await jwtVerify(token, keys, options);
    if (protectedHeader.kid === undefined) throw new errors.JWTInvalid('the token names no key');
    if ((payload.iat ?? 0) > Date.now() / 1000)
      throw new errors.JWTInvalid('the token was issued in the future');
    // `client_id` counts only in a token without an audience.
    if (![payload.aud ?? payload.client_id].flat().some((one) => audience.includes(String(one)))) {
      throw new errors.JWTInvalid('the token has no valid audience');
    }
    return payload;
  };

  return async (authorization, scopes) => {
    const token = authorization?.replace(/^bearer\s+/i, '').trim();
    if (!token) return { status: 401, reason: 'no token', challenge: 'Bearer' };
    try {
      const payload = await verify(token);
      const granted = scopesOf(payload);
      const isGranted = scopes.length === 0 || scopes.some((scope) => granted.includes(scope));
      if (!isGranted) return { status: 403, reason: `the token has no scope ${scopes.join(' or ')}` };
      return { claims: claimsOf(payload), scopes: scopes.length === 0 ? null : granted };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { status: 401, reason, challenge: challengeOf(reason) };
    }
  };
};

const keysUrl = async (issuerUrl: string): Promise<URL> => {
  const response = await fetch(`${issuerUrl.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`${issuerUrl} answered ${response.status}`);
  const { jwks_uri } = (await response.json()) as { jwks_uri: string };
  return new URL(jwks_uri);
};

const challengeOf = (reason: string): string =>
  `Bearer scope="" error="invalid_token" error_description="${reason.replaceAll('"', "'")}"`;

const scopesOf = ({ scope, scp }: JWTPayload): string[] =>
  [scope ?? scp ?? []].flat().flatMap((one) => String(one).split(' '));

// A function gets every claim as text: a list as `[a b]`, another value that is no scalar as JSON.
const claimsOf = (payload: JWTPayload): Jwt['claims'] =>
  Object.fromEntries(
    Object.entries(payload)
      .filter(([, claim]) => claim !== null && claim !== undefined)
      .map(([name, claim]) => [name, textOf(claim)]),
  );

const textOf = (claim: unknown): string => {
  if (Array.isArray(claim)) return `[${claim.join(' ')}]`;
  return typeof claim === 'object' ? JSON.stringify(claim) : String(claim);
};
