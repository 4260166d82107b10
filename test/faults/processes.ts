import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { COMPILE_CACHE } from '../support/run.ts';

/** A process that can be killed without warning and started again. */
export type Killable = {
  readonly port: number;
  /** Resolves with the port once it listens: while it is started anew this waits. */
  up: () => Promise<number>;
  kill: () => Promise<void>;
  restart: () => Promise<void>;
  /** Kills it, and restarts it as Lambda starts another environment. */
  replace: () => Promise<void>;
};

type Options = {
  env?: Record<string, string>;
  args?: string[];
  onLine?: (line: string) => void;
};

/** Starts a script of this directory that tells its port when it is ready. */
export const startProcess = async (script: string, options: Options = {}): Promise<Killable> => {
  const { args = [], onLine = () => {} } = options;
  // A run with coverage switches the cache off.
  const { NODE_DISABLE_COMPILE_CACHE: _, ...inherited } = process.env;
  const env = { ...inherited, NODE_COMPILE_CACHE: COMPILE_CACHE, ...options.env };
  let child: ChildProcess;

  const start = async (): Promise<number> => {
    const said: Buffer[] = [];
    child = fork(join(import.meta.dirname, script), args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const output of [child.stdout, child.stderr]) {
      if (output) createInterface({ input: output }).on('line', onLine);
      output?.on('data', (data) => said.push(data));
    }
    const [told] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (!child.connected)
      throw new Error(`${script} ended before it was ready (${told}): ${Buffer.concat(said)}`);
    return told;
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };

  let port = 0;
  let starting: Promise<number>;
  const begin = async (before: Promise<void>): Promise<void> => {
    starting = before.then(start);
    port = await starting;
  };
  await begin(Promise.resolve());
  return {
    get port() {
      return port;
    },
    up: () => starting,
    kill,
    restart: () => begin(Promise.resolve()),
    replace: () => begin(kill()),
  };
};
