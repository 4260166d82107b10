import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Where Node.js keeps the compiled code of the many processes that the tests start. */
export const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'tests');

/** What a person's shell has, without any AWS configuration. */
export const plainEnvironment = (extra: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: COMPILE_CACHE,
  HOME: join(tmpdir(), 'nxcloud-callbacks-no-home'),
  ...extra,
});

export type Run = { code: number | null; output: string };

/** Runs a command of the project to its end. */
export const run = (command: string, args: string[], env: NodeJS.ProcessEnv, cwd = ROOT): Promise<Run> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    child.once('error', reject).once('close', (code) => resolve({ code, output }));
  });
