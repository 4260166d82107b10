import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Ports } from '../../infrastructure/ports.ts';
import { plainEnvironment, ROOT } from './run.ts';
import { until } from './until.ts';

/** A folder for the data of this test file's stacks. */
export const dataDir = mkdtempSync(join(tmpdir(), 'nxcloud-callbacks-'));

export type Started = { child: ChildProcess; output: () => string; exit: Promise<unknown[]> };

const started: Started[] = [];
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ exit }) => exit));
  rmSync(dataDir, { recursive: true, force: true });
});

/** `npm start` of the project. */
export const start = (ports: Ports, ...args: string[]): Started => startIn(ROOT, ports, {}, ...args);

/** `npm start` of a copy of the project, or with other settings. It is killed at the end of the file. */
export const startIn = (
  cwd: string,
  ports: Ports,
  env: Record<string, string>,
  ...args: string[]
): Started => {
  const variables = Object.entries(ports).map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)]);
  const child = spawn(process.execPath, ['local/start.ts', ...args], {
    cwd,
    env: plainEnvironment({ ...Object.fromEntries(variables), DATA_DIR: dataDir, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
  const one = { child, output: () => output, exit: once(child, 'exit') };
  started.push(one);
  return one;
};

/** Resolves when the stack has printed the text. */
export const shows = (text: string | RegExp, { output }: Started) =>
  until(() => (typeof text === 'string' ? output().includes(text) : text.test(output())));

/** Resolves when the stack is up; rejects with what it printed if it has ended before. */
export const isUp = (stack: Started) => {
  const ended = stack.exit.then(() => {
    throw new Error(stack.output());
  });
  return Promise.race([shows('Ctrl-C stops everything', stack), ended]);
};

/** Interrupts the stack and resolves when it has ended. */
export const interrupt = async ({ child, exit }: Started): Promise<void> => {
  child.kill('SIGINT');
  await exit;
};

export const postTo = (ports: Ports, path: string, body: string | Uint8Array<ArrayBuffer>, headers = {}) =>
  fetch(`http://127.0.0.1:${ports.http}${path}`, { method: 'POST', headers, body });

export const postPns = (ports: Ports, body: object) =>
  postTo(ports, '/pns/callback?token=local', JSON.stringify(body));

/** Whether every port of the stack is free again, and so every process that had one gone. */
export const isGone = async (ports: Ports): Promise<boolean> => {
  const connects = Object.values(ports).map((port) => fetch(`http://127.0.0.1:${port}`));
  return (await Promise.allSettled(connects)).every(({ status }) => status === 'rejected');
};
