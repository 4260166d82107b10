/** A route of the HTTP API, and the function behind it. */
export type Route = {
  routeKey: string;
  functionName: string;
  method: string;
  pattern: RegExp;
  rank: number;
  authorization?: Authorization | undefined;
};

/** The authorizer that a token must satisfy, and scopes of which it needs one. */
export type Authorization = { authorizer: string; scopes: string[] };

/** The part of a function's definition with its routes. */
type Functions = Record<string, { events: Record<string, unknown>[] }>;

/** The routes of the functions' `httpApi` events, the most specific first. */
export const routesOf = (functions: Functions): Route[] =>
  Object.entries(functions)
    .flatMap(([functionName, { events }]) =>
      events.flatMap(({ httpApi }) =>
        httpApi
          ? [{ ...routeOf(routeKeyOf(httpApi), functionName), authorization: authorizationOf(httpApi) }]
          : [],
      ),
    )
    .sort((one, other) => one.rank - other.rank);

/** The route that matches a request, with the parameters of its path. */
export const findRoute = (routes: Route[], method: string, path: string) => {
  for (const route of routes) {
    const match = route.method === 'ANY' || route.method === method ? route.pattern.exec(path) : null;
    if (match) return { route, pathParameters: match.groups && { ...match.groups } };
  }
  return undefined;
};

const routeKeyOf = (event: unknown): string => {
  const { method, path } = typeof event === 'string' ? split(event) : (event as ReturnType<typeof split>);
  if (path === undefined || path === '*') return '$default';
  return `${method === '*' ? 'ANY' : method.toUpperCase()} ${path}`;
};

const authorizationOf = (event: unknown): Authorization | undefined => {
  const { authorizer } = event as { authorizer?: string | { name: string; scopes?: string[] } };
  if (authorizer === undefined) return undefined;
  if (typeof authorizer === 'string') return { authorizer, scopes: [] };
  return { authorizer: authorizer.name, scopes: authorizer.scopes ?? [] };
};

const split = (text: string): { method: string; path?: string | undefined } => {
  const [method = '', path] = text.split(' ');
  return { method, path };
};

// API Gateway prefers exact paths to parameters, parameters to `{proxy+}`, a method to ANY, and
// anything to `$default`.
const routeOf = (routeKey: string, functionName: string): Route => {
  if (routeKey === '$default') return { routeKey, functionName, method: 'ANY', pattern: /^/, rank: 8 };
  const [method = '', path = ''] = routeKey.split(' ');
  const source = path
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const name = /^\{(.+?)(\+?)\}$/.exec(part);
      return name ? `(?<${name[1]}>${name[2] ? '.+' : '[^/]+'})` : RegExp.escape(part);
    })
    .join('');
  const rank = (path.includes('+}') ? 4 : path.includes('{') ? 2 : 0) + (method === 'ANY' ? 1 : 0);
  return { routeKey, functionName, method, pattern: new RegExp(`^${source}$`, 's'), rank };
};
