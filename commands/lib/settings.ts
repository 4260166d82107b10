import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvFile } from 'node:process';
import { CommandError } from './command-error.ts';

export { regionOf } from '../../infrastructure/place.ts';

/** The project's folder. */
export const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Reads `.env.<stage>`, or `.env` if that does not exist, into the environment, as Serverless does.
 * Variables that are set win. Throws a CommandError if no stage can have that name.
 */
export const loadSettings = (stage: string): void => {
  if (!/^[a-zA-Z][a-zA-Z0-9-]*$/.test(stage)) {
    throw new CommandError(
      `"${stage}" cannot be a stage: use letters, digits and hyphens, beginning with a letter.`,
    );
  }
  const file = [`.env.${stage}`, '.env'].map((name) => join(ROOT, name)).find(existsSync);
  if (file !== undefined) loadEnvFile(file);
};

/** The name of a stage's stack. */
export const stackName = (stage: string): string => `nxcloud-callbacks-${stage}`;
