import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePorts } from '../../infrastructure/ports.ts';
import { type Emulator, startDatabase, startQueues } from '../../local/emulators.ts';
import type { Message } from '../../shared/deliveries/message.ts';
import { createWorld, type Item, type World } from '../faults/world.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { plainEnvironment, ROOT } from './run.ts';

/** What a command that ran to its end printed, and how it ended. */
export type Finished = { code: number | null; output: string; errors: string };

type Settings = { env?: NodeJS.ProcessEnv; nodeOptions?: string[]; dir?: string };

/** Starts a command as its npm script does. */
export const start = (
  name: string,
  args: string[],
  { env = plainEnvironment(), nodeOptions = [], dir = ROOT }: Settings = {},
): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [...nodeOptions, join(dir, 'commands', `${name}.ts`), ...args], { cwd: dir, env });

/** Waits for a command to end. */
export const finish = async (child: ChildProcessWithoutNullStreams): Promise<Finished> => {
  const exit = once(child, 'exit');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exit;
  return { code, output, errors };
};

/** What a command says first. */
export const LOCAL = 'Stage local, on this machine\n';

/** Queues and a table with the names of stage local, where no other test looks, and a consumer. */
export type LocalStage = {
  world: World;
  queues: Emulator;
  database: Emulator;
  /** For commands that work on it. */
  env: NodeJS.ProcessEnv;
  /** Runs a command on it to its end. */
  command: (name: string, ...args: string[]) => Promise<Finished>;
  /** The items of the calls whose ids `ids` made. */
  itemsOf: (prefix: string) => Promise<Item[]>;
  stop: () => Promise<void>;
};

export const startLocalStage = async (): Promise<LocalStage> => {
  const ports = await freePorts();
  const queues = await startQueues(ports.sqs);
  const database = await startDatabase(ports.dynamodb);
  const world = await createWorld({
    name: 'local',
    visibilitySeconds: 1,
    sqsEndpoint: queues.endpoint,
    dynamodbEndpoint: database.endpoint,
  });
  const env = plainEnvironment({ SQS_PORT: String(ports.sqs), DYNAMODB_PORT: String(ports.dynamodb) });
  return {
    world,
    queues,
    database,
    env,
    command: (name, ...args) => finish(start(name, args, { env })),
    itemsOf: async (prefix) => (await world.items()).filter(({ pk }) => pk.startsWith(`cc#${prefix}-`)),
    stop: async () => {
      await world.stop();
      await queues.stop();
      await database.stop();
    },
  };
};

/** A proxy in front of an emulator, and the port that leads to it. */
export const proxied = async ({ endpoint }: Emulator) => {
  const proxy = await startFaultProxy(endpoint);
  return { proxy, port: new URL(proxy.endpoint).port };
};

export const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

/** A delivery of Call Center. */
export const callOf = (id: string): Message => {
  const body = JSON.stringify({ callId: id });
  return {
    pk: `cc#${id}`,
    sk: 'call',
    callback: 'cc',
    id,
    receivedAt: '2026-11-01T00:00:00.000Z',
    bodyHash: hash('sha256', body),
    body,
    record: { callId: id },
  };
};
