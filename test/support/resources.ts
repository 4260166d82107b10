import type { TestProject } from 'vitest/node';
import { resolveService } from '../../infrastructure/bundles.ts';
import type { Resources } from '../../local/plugin.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    resources: Resources;
  }
}

/** The queues and tables that serverless.yml declares, for tests that make their own. */
export default async function setup(project: TestProject) {
  const service = await resolveService('local');
  project.provide(
    'resources',
    (service as unknown as { resources: { Resources: Resources } }).resources.Resources,
  );
}
