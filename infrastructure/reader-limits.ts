import type { Callback } from '../shared/callbacks/callback.ts';
import type { ReaderLimits } from './reader-settings.ts';
import type { Resource, Stack, Template } from './serverless-types.ts';

/**
 * Limits every route that is not a callback's, so that a reader cannot use up what callbacks need.
 */
export const limitReaders = (
  { Resources }: Template,
  stack: Stack,
  callbacks: readonly Callback[],
  { rate, burst, concurrency }: ReaderLimits,
): void => {
  const stage = Resources.HttpApiStage;
  const api = Resources[stack.lambdaId('api')];
  const routes = readRoutes(Resources, callbacks);
  if (stage === undefined || api === undefined) return;
  stage.Properties.RouteSettings = Object.fromEntries(
    routes.map(([, { Properties }]) => [
      Properties.RouteKey,
      {
        ThrottlingRateLimit: Math.min(rate * timesOf(Properties.RouteKey), MAX_RATE),
        ThrottlingBurstLimit: Math.min(burst * timesOf(Properties.RouteKey), MAX_BURST),
        // Each route's metrics are billed, and no alarm watches these.
        DetailedMetricsEnabled: false,
      },
    ]),
  );
  // A stage accepts settings only for routes that exist.
  stage.DependsOn = [stage.DependsOn ?? [], routes.map(([id]) => id)].flat(2);
  if (concurrency !== undefined) api.Properties.ReservedConcurrentExecutions = concurrency;
};

// A first visit to the page loads ten files at once, and a browser does not retry a refused one.
const timesOf = (routeKey: unknown): number => (String(routeKey).includes(' /assets/') ? 10 : 1);

// An account's limit unless it requests more.
const MAX_RATE = 10_000;
const MAX_BURST = 5_000;

const readRoutes = (
  resources: Template['Resources'],
  callbacks: readonly Callback[],
): [string, Resource][] => {
  const posts = callbacks.map(({ path }) => `POST ${path}`);
  return Object.entries(resources).filter(
    ([, { Type, Properties }]) =>
      Type === 'AWS::ApiGatewayV2::Route' && !posts.includes(String(Properties.RouteKey)),
  );
};
