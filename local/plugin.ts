import { createRequire } from 'node:module';
import { resolve, sep } from 'node:path';

/** The resources of serverless.yml, by logical id. */
export type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

/** The service as serverless.yml resolves for stage local. */
export type ServiceMessage = {
  type: 'service';
  resources: Resources;
  functions: Record<string, { name: string; events: Record<string, unknown>[] }>;
};

/** Sent to the parent process, in this order; `reloaded` whenever the functions have been built anew. */
export type PluginMessage = ServiceMessage | { type: 'ready' } | { type: 'reloaded' };

type Serverless = {
  service: { resources: { Resources: Resources }; functions: ServiceMessage['functions'] };
};

// Functions that run in this process would stay what they were.
const forgetFunctions = () => {
  const { cache } = createRequire(import.meta.url);
  const folder = `${resolve(process.env.BUILD_FOLDER ?? '')}${sep}`;
  for (const file of Object.keys(cache)) if (file.startsWith(folder)) delete cache[file];
};

/** Serverless plugin: tells the process that runs the service as a child what it declares and when it is up. Else silent. */
export default class LocalStackPlugin {
  hooks = {};

  constructor({ service }: Serverless) {
    if (process.send === undefined) return;
    const tell = (message: PluginMessage) => process.send?.(message);
    this.hooks = {
      'before:offline:start:init': () =>
        tell({ type: 'service', resources: service.resources.Resources, functions: service.functions }),
      'after:offline:start:init': () => tell({ type: 'ready' }),
      'offline:functionsUpdated:cleanup': () => {
        forgetFunctions();
        tell({ type: 'reloaded' });
      },
    };
    // The parent is gone, however it went.
    process.on('disconnect', () => process.exit());
  }
}
