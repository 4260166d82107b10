import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, startRuntimeApi } from './runtime-api.ts';
import type { Throttle } from './throttle.ts';

/** What is started: a bundle with an export `handler`, and what its environment says. */
export type Subject = {
  name: string;
  file: string;
  event: unknown;
  environment: Record<string, string>;
  /** Called between the initialisation and the first call. */
  onReady?: () => void;
};

/** One cold start of a function, in milliseconds, and what is needed to call it again. */
export type Started = {
  initMs: number;
  firstMs: number;
  /** What the first call answered. */
  first: unknown;
  invoke: (event: unknown) => Promise<Answer>;
  /** CPU that the process has used so far, all threads. */
  cpuMs: () => number;
  rssMb: () => number;
  stop: () => Promise<void>;
};

export type Runtime = {
  /** Which part of the function's life gets only the CPU that its memory size buys. */
  throttled: 'calls' | 'all' | 'none';
  throttle: Throttle;
  /** Where aws-lambda-ric is installed; without it the small client of this folder. */
  ric?: string | undefined;
};

const TIMEOUT_MS = 60_000;

/** How the figures of a table came about. */
export const conditions = (starts: number, { throttled, throttle, ric }: Runtime): string =>
  [
    `${starts} starts of each, interleaved; medians.`,
    `Runtime client: ${ric ? 'aws-lambda-ric' : 'bench/runtime-client.mjs'}.`,
    throttled === 'none' ? 'Not throttled.' : `Throttled to ${throttle.description}: ${throttled}.`,
  ].join(' ');

/** Starts the function in a process of its own, as Lambda does, and calls it for the first time. */
export const start = async (subject: Subject, { throttled, throttle, ric }: Runtime): Promise<Started> => {
  const api = await startRuntimeApi(TIMEOUT_MS);
  const startedAt = performance.now();
  const child = spawn(process.execPath, clientArguments(subject.file, ric), {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: join(subject.file, '..'),
    env: {
      PATH: process.env.PATH,
      TZ: ':UTC',
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_GROUP_NAME: 'bench',
      AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      LAMBDA_TASK_ROOT: join(subject.file, '..'),
      _HANDLER: subject.file,
      AWS_REGION: 'ap-southeast-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_SESSION_TOKEN: 'bench',
      ...subject.environment,
    },
  });
  const exit = once(child, 'exit');
  let errors = '';
  child.stderr.on('data', (text) => {
    errors = `${errors}${text}`.slice(-2000);
  });
  const pid = child.pid ?? 0;
  let release = () => {};
  const stop = async () => {
    release();
    child.kill('SIGKILL');
    await exit;
    api.close();
  };
  const died = exit.then(() => {
    throw new Error(`${subject.name} stopped: ${errors}`);
  });
  died.catch(() => {});
  try {
    if (throttled === 'all') release = throttle.apply(pid);
    await Promise.race([api.idle(), died]);
    const initMs = performance.now() - startedAt;
    subject.onReady?.();
    if (throttled === 'calls') release = throttle.apply(pid);
    const invoke = (event: unknown) => Promise.race([api.invoke(event), died]);
    const { ms: firstMs, body: first } = await invoke(subject.event);
    await api.idle();
    return { initMs, firstMs, first, invoke, cpuMs: () => cpuMs(pid), rssMb: () => rssMb(pid), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const clientArguments = (file: string, ric?: string): string[] =>
  ric
    ? [join(ric, 'bin', 'index.mjs'), `${file.replace(/.*\/|\.\w+$/g, '')}.handler`]
    : [join(import.meta.dirname, 'runtime-client.mjs')];

const cpuMs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
    .reduce((sum, schedstat) => sum + Number(schedstat.split(' ')[0]) / 1e6, 0);

const rssMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
