import type {
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { configuration } from '../shared/api/configuration.ts';
import { openApi } from '../shared/api/openapi.ts';
import { hasRequiredClaim } from '../shared/api/required-claim.ts';
import { NotFound } from '../shared/api/route.ts';
import { routes } from '../shared/api/routes.ts';
import { InvalidQuery } from '../shared/calls/parameters.ts';
import { logger, reasonOf } from '../shared/telemetry/logger.ts';

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

// What is left for the answer once the reads have been aborted. An HTTP API gives a function 30 s.
const ANSWER_MS = 1_000;

/** The API. API Gateway has checked the token, and sends only the paths of serverless.yml here. */
export const handler = async (event: Event, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
  const { rawPath, rawQueryString } = event;
  const method = event.requestContext?.http?.method ?? 'GET';
  if (rawPath === '/config.json') return answer(200, configuration());
  const claims = event.requestContext?.authorizer?.jwt?.claims;
  // The authorizer of an HTTP API checks the scope, and no other claim.
  if (!hasRequiredClaim(claims, process.env.OIDC_REQUIRED_CLAIM ?? '')) {
    logger.warn('forbidden', { sub: claims?.sub, requestId: context.awsRequestId });
    return answer(403, { error: 'forbidden' });
  }
  if (method === 'GET' && rawPath === '/api/openapi.json') return answer(200, openApi());
  const route = routes.find((one) => one.path === rawPath && (one.method ?? 'GET') === method);
  if (route === undefined) return answer(404, { error: 'not_found' });
  const abortSignal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - ANSWER_MS));
  try {
    const result = await route.handle(new URLSearchParams(rawQueryString), {
      abortSignal,
      origin: originOf(event),
      body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString(),
      audit: (entry) =>
        logger.info('audit', { calls: 1, ...entry, sub: claims?.sub, requestId: context.awsRequestId }),
    });
    return result === undefined ? answer(404, { error: 'not_found' }) : answer(route.status ?? 200, result);
  } catch (error) {
    if (error instanceof NotFound) return answer(404, { error: 'not_found', reason: error.message });
    if (error instanceof InvalidQuery) return answer(400, { error: error.code, issues: error.issues });
    logger.error('unavailable', {
      route: route.path,
      reason: reasonOf(error),
      requestId: context.awsRequestId,
    });
    return answer(503, { error: 'unavailable' }, { 'retry-after': '5' });
  }
};

// API Gateway names the host it was called by; the local stack is always called by HTTP.
const originOf = ({ headers, requestContext }: Event): string =>
  `${headers?.['x-forwarded-proto'] ?? 'http'}://${requestContext?.domainName}`;

const answer = (statusCode: number, body: unknown, headers = {}): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
});
