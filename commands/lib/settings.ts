import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvFile } from 'node:process';
import { CommandError } from './command-error.ts';

export { regionOf } from '../../infrastructure/place.ts';

/** The project's folder. */
export const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Reads `.env.<stage>`, or `.env` if there is no such file, into the environment, as Serverless does. What is set already wins. Throws a
 * CommandError if no stage can have that name.
 */
export const loadSettings = (stage: string): void => {
  if (!/^[a-zA-Z][a-zA-Z0-9-]*$/.test(stage)) {
    throw new CommandError(
      `"${stage}" cannot be a stage: it is letters, digits and hyphens, a letter first.`,
    );
  }
  const file = [`.env.${stage}`, '.env'].map((name) => join(ROOT, name)).find(existsSync);
  if (file !== undefined) loadEnvFile(file);
};

/** The stack of a stage. */
export const stackName = (stage: string): string => `nxcloud-callbacks-${stage}`;
