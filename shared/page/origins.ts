import type { Origins } from './security-headers.ts';

const DISCOVERY_MS = 2_000;

/**
 * The origins that the page talks to. A provider can have its endpoints elsewhere than its issuer,
 * as Cognito does, and publishes them.
 */
export const origins = async (): Promise<Origins> => ({
  signIn: await signInOrigins(process.env.OIDC_ISSUER ?? ''),
  files: filesOrigins(process.env),
});

const known = new Map<string, string[]>();

const signInOrigins = async (issuer: string): Promise<string[]> => {
  const found = known.get(issuer) ?? (await discover(issuer));
  // Retried next time if the provider did not answer: without it nobody could sign in anyway.
  if (found) known.set(issuer, found);
  return found ?? originsOf([issuer]);
};

const ENDPOINTS = ['token_endpoint', 'revocation_endpoint'];

const discover = async (issuer: string): Promise<string[] | undefined> => {
  try {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(DISCOVERY_MS) });
    if (!response.ok) return undefined;
    const metadata = (await response.json()) as Record<string, unknown>;
    return originsOf([issuer, ...ENDPOINTS.map((name) => metadata[name])]);
  } catch {
    return undefined;
  }
};

const originsOf = (urls: unknown[]): string[] => [
  ...new Set(urls.flatMap((url) => (URL.canParse(String(url)) ? [new URL(String(url)).origin] : []))),
];

const filesOrigins = ({
  FILES_BUCKET,
  AWS_ENDPOINT_URL_S3,
  AWS_REGION = '',
}: NodeJS.ProcessEnv): string[] => {
  if (AWS_ENDPOINT_URL_S3) return originsOf([AWS_ENDPOINT_URL_S3]);
  if (!FILES_BUCKET) return [];
  const suffix = AWS_REGION.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return [`https://${FILES_BUCKET}.s3.${AWS_REGION}.${suffix}`];
};
