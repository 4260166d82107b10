import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { type Ports, SetupError } from '../infrastructure/ports.ts';
import { printable } from '../shared/telemetry/printable.ts';
import type { PluginMessage, ServiceMessage } from './plugin.ts';

/** The real functions behind serverless-offline, in another process. */
export type Service = {
  definition: ServiceMessage;
  /** Resolves when the functions can be called. */
  ready: Promise<void>;
  /** Resolves when the process ends without being stopped. */
  died: Promise<Error>;
  stop: () => Promise<void>;
};

const ROOT = join(import.meta.dirname, '..');
const STOP_MS = 700;

type Options = {
  ports: Ports;
  /** The endpoint for the functions' metrics. */
  metricsPort: number;
  /** Each line that Serverless or a function prints. */
  onLine?: ((line: string) => void) | undefined;
  /** Events of the running functions. */
  onEvent?: ((event: ServiceEvent) => void) | undefined;
};

/** A reload, a request without a route, or a function that failed. */
export type ServiceEvent = Exclude<PluginMessage, { type: 'service' | 'ready' }>;

const ignore = () => {};

/** Starts `serverless offline` for stage local. */
export const startService = async (options: Options): Promise<Service> => {
  const { ports, metricsPort, onLine = ignore, onEvent = ignore } = options;
  const buildFolder = join('.esbuild', `offline-${ports.http}`);
  const child = fork(serverlessCommand(), ['offline', 'start', '--stage', 'local'], {
    cwd: ROOT,
    env: {
      ...ownSettings(process.env),
      ...portVariables(ports),
      CLOUDWATCH_PORT: String(metricsPort),
      BUILD_FOLDER: buildFolder,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own process group: Ctrl-C reaches only the parent, which stops things in order.
    detached: true,
  });
  const lastLines: string[] = [];
  for (const output of [child.stdout, child.stderr]) {
    if (output === null) continue;
    createInterface({ input: output }).on('line', (line) => {
      onLine(line);
      if (/^\s+at /.test(line)) return;
      lastLines.push(printable(stripVTControlCharacters(line)));
      if (lastLines.length > 10) lastLines.shift();
    });
  }

  let stopping = false;
  const death = Promise.withResolvers<Error>();
  child.once('exit', (code, signal) => {
    if (stopping) return;
    const last = lastLines.join('\n');
    death.resolve(new SetupError(`The functions stopped (${signal ?? `exit code ${code}`}):\n${last}`));
  });
  const failure = death.promise.then((error) => {
    throw error;
  });
  const told = messages(child, onEvent);
  const ready = Promise.race([told.ready, failure]);
  // It may fail before anybody awaits it.
  ready.catch(ignore);
  const definition = await Promise.race([told.service, failure]);

  const stop = async (): Promise<void> => {
    stopping = true;
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([exit, sleep(STOP_MS, undefined, { ref: false })]);
      if (child.kill('SIGKILL')) await exit;
    }
    await rm(join(ROOT, buildFolder), { recursive: true, force: true });
  };
  return { definition, ready, died: death.promise, stop };
};

/**
 * Serverless would use the settings that .env has for other stages, and send invented calls to real
 * endpoints.
 */
const ownSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  WEBHOOK_URLS: env.WEBHOOK_URLS ?? '',
  WEBHOOK_SECRET: env.WEBHOOK_SECRET ?? '',
});

const serverlessCommand = (): string => {
  const manifest = createRequire(import.meta.url).resolve('serverless/package.json');
  return join(dirname(manifest), 'bin', 'serverless.js');
};

const portVariables = (ports: Ports) =>
  Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)]),
  );

const messages = (child: ChildProcess, onEvent: (event: ServiceEvent) => void) => {
  const service = Promise.withResolvers<ServiceMessage>();
  const ready = Promise.withResolvers<void>();
  child.on('message', (message: PluginMessage) => {
    if (message.type === 'service') service.resolve(message);
    else if (message.type === 'ready') ready.resolve();
    else onEvent(message);
  });
  return { service: service.promise, ready: ready.promise };
};
