import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from '../../infrastructure/serverless-types.ts';
import { CommandError } from './command-error.ts';
import { ROOT } from './settings.ts';

/**
 * The template that a deployment of the stage would send; throws a CommandError with the problems
 * of the settings.
 */
export const packagedTemplate = async (stage: string, region: string): Promise<Template> => {
  const folder = mkdtempSync(join(tmpdir(), 'nxcloud-callbacks-'));
  const manifest = createRequire(import.meta.url).resolve('serverless/package.json');
  const command = join(dirname(manifest), 'bin', 'serverless.js');
  const args = [
    command,
    'package',
    '--stage',
    stage,
    '--region',
    region,
    '--package',
    join(folder, 'package'),
  ];
  // A build beside a running local stack must not disturb it. Serverless accepts only a folder of
  // the project.
  const BUILD_FOLDER = join('.esbuild', basename(folder));
  const env = { ...process.env, BUILD_FOLDER };
  try {
    await promisify(execFile)(process.execPath, args, { cwd: ROOT, env });
    const file = join(folder, 'package', 'cloudformation-template-update-stack.json');
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const [, reason] = /(?:^|\n)Error:\n(.*?)(?:\nEnvironment:|$)/s.exec(stdout + stderr) ?? [];
    throw new CommandError(
      reason?.trim() || 'Serverless could not package the stage: run "npm run package".',
    );
  } finally {
    rmSync(join(ROOT, BUILD_FOLDER), { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  }
};
