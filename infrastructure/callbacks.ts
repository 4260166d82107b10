import type { FunctionDefinition } from './serverless-types.ts';

/** A function that NXCloud calls: every one with an HTTP route. */
export type Callback = { name: string; method: string; path: string };

/** The callbacks among the functions of serverless.yml, in its order. */
export const callbacksOf = (functions: Record<string, FunctionDefinition>): Callback[] =>
  Object.entries(functions).flatMap(([name, { events }]) =>
    events.flatMap(({ httpApi }) => (httpApi === undefined ? [] : { name, ...routeOf(httpApi) })),
  );

const routeOf = (httpApi: unknown) => {
  if (typeof httpApi === 'object') return httpApi as { method: string; path: string };
  const [method = '', path = ''] = String(httpApi).split(' ');
  return { method, path };
};
