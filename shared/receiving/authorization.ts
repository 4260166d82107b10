import { timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isDigest, sha256 } from '../digest.ts';
import { parseNetworks } from './networks.ts';

/**
 * Whether the request carries a token of the callback, as header or query parameter `token`. The accepted tokens are given by
 * their SHA-256 digests (hex, comma-separated, so that a token can be rotated) in `<CALLBACK>_TOKEN_SHA256`; none means nobody.
 */
export const isAuthorized = (callback: string, event: APIGatewayProxyEventV2): boolean => {
  const digests = acceptedDigests(callback);
  return presentedTokens(event).some((token) => {
    const presented = Buffer.from(sha256(token));
    // No early end: the time must not tell which digest matched.
    return digests.reduce((matches, digest) => timingSafeEqual(digest, presented) || matches, false);
  });
};

const acceptedDigests = (callback: string): Buffer[] =>
  (process.env[`${callback.toUpperCase()}_TOKEN_SHA256`] ?? '')
    .split(',')
    .map((digest) => digest.trim())
    .filter(isDigest)
    .map((digest) => Buffer.from(digest.toLowerCase()));

const presentedTokens = (event: APIGatewayProxyEventV2): string[] => {
  const headers = Object.entries(event.headers ?? {}).filter(([name]) => name.toLowerCase() === 'token');
  const values = [...headers.map(([, token]) => token), event.queryStringParameters?.token];
  // API Gateway joins what is sent twice with commas.
  const tokens = values.flatMap((value) =>
    [value, ...(value?.split(',') ?? [])].map((token) => token?.trim()),
  );
  return [...new Set(tokens)].filter((token): token is string => Boolean(token));
};

// Read while the function starts: with a network that cannot be read it does not start, and so lets nobody in.
const isAllowed = parseNetworks(process.env.ALLOWED_NETWORKS ?? '');

/** Whether the request comes from one of `ALLOWED_NETWORKS` (CIDR, comma-separated); none given means from anywhere, no address from nowhere. */
export const isFromAllowedNetwork = (event: APIGatewayProxyEventV2): boolean =>
  isAllowed(event.requestContext?.http?.sourceIp ?? '');
