import type { IncomingMessage } from 'node:http';
import { type AuthorizerDefinition, type Jwt, jwtAuthorizer, type Refusal } from './authorizer.ts';
import { isLoopback } from './loopback.ts';
import type { Route } from './routes.ts';

/**
 * Whether a request may reach the function of its route, and the claims of its token for the
 * function.
 */
export type Admission = { refusal: Refusal } | { jwt?: Jwt };

export type Admit = (route: Route, request: IncomingMessage) => Promise<Admission>;

type Options = {
  /** The JWT authorizers of serverless.yml, by name. */
  authorizers: Record<string, AuthorizerDefinition>;
  /** Functions that any host name may reach, through a tunnel. */
  tunnelled: string[];
};

/**
 * Admits requests as API Gateway does, and only those that were sent to this machine by its own
 * name.
 */
export const admission = ({ authorizers, tunnelled }: Options): Admit => {
  const checks = new Map(
    Object.entries(authorizers).map(([name, definition]) => [name, jwtAuthorizer(definition)]),
  );
  return async ({ functionName, authorization }, { headers }) => {
    if (!tunnelled.includes(functionName) && !isLoopback(headers.host)) {
      return { refusal: { status: 403, reason: `Host is ${headers.host?.slice(0, 100)}` } };
    }
    if (authorization === undefined) return {};
    const { authorizer } = authorization;
    const check = checks.get(authorizer);
    if (check === undefined) {
      return { refusal: { status: 401, reason: `there is no authorizer ${authorizer}` } };
    }
    const checked = await check(headers.authorization, authorization.scopes);
    return 'status' in checked ? { refusal: checked } : { jwt: checked };
  };
};
