import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that can be killed without warning and started again on the same port. */
export type Killable = {
  port: number;
  kill: () => Promise<void>;
  restart: () => Promise<void>;
  /** Kills it, and restarts it as Lambda starts another environment. */
  replace: () => Promise<void>;
};

type Options = {
  env?: Record<string, string>;
  args?: (port: number) => string[];
  onLine?: (line: string) => void;
};

const RETRY_MS = 100;
// A dozen processes of the same code.
const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'faults');

/** Starts a script of this directory that tells its port when it is ready. */
export const startProcess = async (script: string, options: Options = {}): Promise<Killable> => {
  const { env = {}, args = () => [], onLine = () => {} } = options;
  let child: ChildProcess;

  const start = async (port: number): Promise<number> => {
    child = fork(join(import.meta.dirname, script), args(port), {
      env: { ...process.env, NODE_COMPILE_CACHE: CACHE, ...env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const output of [child.stdout, child.stderr]) {
      if (output) createInterface({ input: output }).on('line', onLine);
    }
    const [told] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (child.connected) return told;
    // Another socket got the port in between.
    await sleep(RETRY_MS);
    return start(port);
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };

  const port = await start(0);
  const restart = async () => {
    await start(port);
  };
  let replacing = Promise.resolve();
  const replace = () => {
    replacing = replacing.then(kill).then(restart);
    return replacing;
  };
  return { port, kill, restart, replace };
};
