import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    packages: string;
  }
}

/** A folder for the templates of a run, so that each stage is packaged once for all test files. */
export default function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'packages-'));
  project.provide('packages', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
