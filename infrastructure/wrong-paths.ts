import type { Callback } from '../shared/callbacks/callback.ts';
import type { Resource, Template } from './serverless-types.ts';

/**
 * A route for requests under a callback's name but not to its path, such as `/pns/calback` or
 * `/pns/callback/`. Its function answers 404. The log names this route and not the path, which may
 * contain a token.
 */
export const wrongPathRoutes = (
  { Resources }: Template,
  callbacks: readonly Callback[],
): Record<string, Resource> =>
  Object.fromEntries(
    callbacks.flatMap(({ name, path }) => {
      const own = Object.values(Resources).find(({ Properties }) => Properties.RouteKey === `POST ${path}`);
      if (own === undefined) return [];
      const { ApiId, Target } = own.Properties;
      const RouteKey = `POST /${name}/{proxy+}`;
      const id = `HttpApiRoutePost${name.charAt(0).toUpperCase()}${name.slice(1)}WrongPath`;
      const { DependsOn } = own;
      return [
        [
          id,
          {
            Type: 'AWS::ApiGatewayV2::Route',
            Properties: { ApiId, RouteKey, Target },
            ...(DependsOn && { DependsOn }),
          },
        ],
      ];
    }),
  );
