import { hash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { parseNetworks } from './networks.ts';
import { isDigest } from './token-digest.ts';

/**
 * Whether the request carries an accepted token, as header or query parameter `token`. The
 * environment variable holds the tokens' SHA-256 digests (hex, comma-separated, so that a token can
 * be rotated). Without a digest nobody is admitted.
 */
export const isAuthorized = (tokenVariable: string, event: APIGatewayProxyEventV2): boolean => {
  const digests = acceptedDigests(tokenVariable);
  return presentedTokens(event).some((token) => {
    const presented = Buffer.from(hash('sha256', token));
    // No early exit: the time must not reveal which digest matched.
    return digests.reduce((matches, digest) => timingSafeEqual(digest, presented) || matches, false);
  });
};

/** Whether the request carries any token at all. */
export const hasToken = (event: APIGatewayProxyEventV2): boolean => presentedTokens(event).length > 0;

const acceptedDigests = (tokenVariable: string): Buffer[] =>
  (process.env[tokenVariable] ?? '')
    .split(',')
    .map((digest) => digest.trim())
    .filter(isDigest)
    .map((digest) => Buffer.from(digest.toLowerCase()));

// API Gateway joins repeated values with commas. Each costs a digest, and a header may have
// thousands.
const MOST_JOINED = 3;

const presentedTokens = (event: APIGatewayProxyEventV2): string[] => {
  const headers = Object.entries(event.headers ?? {}).filter(([name]) => name.toLowerCase() === 'token');
  const values = [...headers.map(([, token]) => token), event.queryStringParameters?.token];
  const tokens = values.flatMap((value = '') =>
    [...value.split(',', MOST_JOINED), value].slice(0, MOST_JOINED).map((token) => token.trim()),
  );
  return [...new Set(tokens)].filter((token) => token !== '');
};

// Read while the function starts: an unreadable network stops the start, and so admits nobody.
const isAllowed = parseNetworks(process.env.ALLOWED_NETWORKS ?? '');

/**
 * Whether the request comes from one of `ALLOWED_NETWORKS` (CIDR, comma-separated). Empty allows
 * any source. Otherwise a request without a source address is refused.
 */
export const isFromAllowedNetwork = (event: APIGatewayProxyEventV2): boolean =>
  isAllowed(event.requestContext?.http?.sourceIp ?? '');
