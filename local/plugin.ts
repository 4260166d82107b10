import { once } from 'node:events';
import { createRequire } from 'node:module';
import { resolve, sep } from 'node:path';
import Lambda from 'serverless-offline/lambda';
import { callbacks } from '../shared/callbacks/list.ts';
import { admission } from './admission.ts';
import type { AuthorizerDefinition } from './authorizer.ts';
import { httpApi } from './http-api.ts';
import { type Route, routesOf } from './routes.ts';

/** The resources of serverless.yml, by logical id. */
export type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

/** The functions of serverless.yml. */
export type Functions = Record<string, { name: string; events: Record<string, unknown>[] }>;

/** The service as serverless.yml resolves for stage local. */
export type ServiceMessage = { type: 'service'; resources: Resources; functions: Functions };

/** Sent to the parent process: `service`, then `ready`, then the events. */
export type PluginMessage =
  | ServiceMessage
  | { type: 'ready' }
  /** The functions were rebuilt. */
  | { type: 'reloaded' }
  /** A request that no route matches. */
  | { type: 'unknown'; method: string; path: string }
  /** A request that was refused before its function. */
  | { type: 'refused'; status: 401 | 403; method: string; path: string; reason: string }
  /** A function threw, could not be loaded or gave no answer. */
  | { type: 'failed'; functionName: string; reason: string };

type Offline = { host: string; httpPort: string };

type Serverless = {
  service: {
    resources: { Resources: Resources };
    functions: Functions;
    provider: { httpApi?: { authorizers?: Record<string, AuthorizerDefinition> } };
    custom: { esbuild?: { watch?: object }; 'serverless-offline': Offline };
  };
};

const tell = (message: PluginMessage): void => {
  process.send?.(message);
};

/**
 * Serverless plugin: serves the HTTP API of `serverless offline`, and reports events to the process
 * that started it.
 */
export default class LocalStackPlugin {
  hooks = {};

  constructor(serverless: Serverless) {
    if (process.send === undefined) return;
    const { esbuild } = serverless.service.custom;
    // serverless-esbuild would rebuild on every change of any file in the project's folder.
    if (esbuild) esbuild.watch = { pattern: ['functions/**/*.ts', 'shared/**/*.ts', 'page/**/*'] };
    let routes: Route[] = [];
    this.hooks = {
      'before:offline:start:init': () => {
        const { functions, resources } = serverless.service;
        routes = routesOf(functions);
        tell({ type: 'service', resources: resources.Resources, functions });
        withoutRoutes(functions);
      },
      'after:offline:start:init': async () => {
        await serve(serverless, routes);
        tell({ type: 'ready' });
      },
      'offline:functionsUpdated:cleanup': () => {
        forgetFunctions();
        tell({ type: 'reloaded' });
      },
    };
    // The parent has ended, for whatever reason.
    process.on('disconnect', () => process.exit());
    // esbuild keeps a process alive whose first build has failed.
    setInterval(() => process.exitCode && process.exit(), 200).unref();
  }
}

// serverless-offline's own HTTP API changes bodies and paths, and answers 200 if a function throws.
// It serves no routes, because it sees none.
const withoutRoutes = (functions: Functions): void => {
  for (const definition of Object.values(functions)) {
    definition.events = definition.events.filter(({ httpApi }) => httpApi === undefined);
  }
};

const serve = async (serverless: Serverless, routes: Route[]): Promise<void> => {
  const { functions, custom, provider } = serverless.service;
  const { host, httpPort, ...options } = custom['serverless-offline'];
  const lambda = new Lambda(serverless, { ...options, host });
  const definitions = Object.entries(functions);
  lambda.create(
    definitions.map(([functionKey, functionDefinition]) => ({ functionKey, functionDefinition })),
  );
  const server = httpApi({
    routes,
    admit: admission({
      authorizers: provider.httpApi?.authorizers ?? {},
      // Callbacks arrive through tunnels.
      tunnelled: callbacks.map(({ name }) => name),
    }),
    invoke: (functionName, event) => {
      const instance = lambda.get(functionName);
      instance.setEvent(event);
      return instance.runHandler();
    },
    onUnknown: (method, path) => tell({ type: 'unknown', method, path }),
    onRefused: (method, path, { status, reason }) => tell({ type: 'refused', status, method, path, reason }),
    onFailure: (functionName, error) => {
      process.stderr.write(`${error.stack}\n`);
      tell({ type: 'failed', functionName, reason: reasonOf(error) });
    },
  });
  await once(server.listen(Number(httpPort), host), 'listening');
};

// The functions run in this process, which would keep the loaded modules.
const forgetFunctions = () => {
  const { cache } = createRequire(import.meta.url);
  const folder = `${resolve(process.env.BUILD_FOLDER ?? '')}${sep}`;
  for (const file of Object.keys(cache)) if (file.startsWith(folder)) delete cache[file];
};

const reasonOf = ({ name, message }: Error): string => {
  const isMissing = name === 'Runtime.ImportModuleError' && message.includes(process.env.BUILD_FOLDER ?? '');
  return isMissing ? 'it is not built' : `${name}: ${message.split('\n')[0]}`;
};
