import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvFile } from 'node:process';

const ROOT = join(import.meta.dirname, '..');

/** Reads `.env.<stage>`, or `.env` where there is none, into the environment, as Serverless does. What is set already wins. */
export const loadSettings = (stage: string): void => {
  const file = [`.env.${stage}`, '.env'].map((name) => join(ROOT, name)).find(existsSync);
  if (file !== undefined) loadEnvFile(file);
};

/** Where the stage is: `region`, else AWS_REGION, else what serverless.yml has. */
export const regionOf = (region?: string): string => region ?? process.env.AWS_REGION ?? 'ap-southeast-1';

/** The stack of a stage. */
export const stackName = (stage: string): string => `nxcloud-callbacks-${stage}`;
