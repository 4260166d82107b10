import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PluginMessage, ServiceMessage } from './plugin.ts';
import { type Ports, SetupError } from './ports.ts';

/** The real functions behind serverless-offline, in a process of their own. */
export type Service = {
  definition: ServiceMessage;
  /** Resolves when the functions can be called. */
  ready: Promise<void>;
  stop: () => Promise<void>;
};

const ROOT = join(import.meta.dirname, '..');
const STOP_MS = 700;

/** Starts `serverless offline` for stage local; `onLine` gets each line that it or a function prints. */
export const startService = async (
  ports: Ports,
  onLine: (line: string) => void,
  directory = ROOT,
): Promise<Service> => {
  const buildFolder = join('.esbuild', `offline-${ports.http}`);
  const child = fork(serverlessCommand(), ['offline', 'start', '--stage', 'local'], {
    cwd: directory,
    env: { ...process.env, ...portVariables(ports), BUILD_FOLDER: buildFolder },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A process group of its own: Ctrl-C reaches only the parent, which stops things in order.
    detached: true,
  });
  const lastLines: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    if (output === null) continue;
    createInterface({ input: output }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
      onLine(line);
    });
  }

  let stopping = false;
  const failure = once(child, 'exit').then(([code]) => {
    if (stopping) return;
    throw new SetupError(`The functions stopped (exit code ${code}):\n${lastLines.join('\n')}`);
  });
  const told = messages(child);
  const definition = await Promise.race([told.service, failure]);
  if (definition === undefined) throw new SetupError('The functions stopped before they were started.');

  const stop = async (): Promise<void> => {
    stopping = true;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([exit, sleep(STOP_MS, undefined, { ref: false })]);
      if (child.kill('SIGKILL')) await exit;
    }
    await rm(join(directory, buildFolder), { recursive: true, force: true });
  };
  return { definition, ready: Promise.race([told.ready, failure]), stop };
};

const serverlessCommand = (): string => {
  const manifest = createRequire(import.meta.url).resolve('serverless/package.json');
  return join(dirname(manifest), 'bin', 'serverless.js');
};

const portVariables = (ports: Ports) =>
  Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)]),
  );

const messages = (child: ChildProcess) => {
  const service = Promise.withResolvers<ServiceMessage>();
  const ready = Promise.withResolvers<void>();
  child.on('message', (message: PluginMessage) =>
    message.type === 'service' ? service.resolve(message) : ready.resolve(),
  );
  return { service: service.promise, ready: ready.promise };
};
