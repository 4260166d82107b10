import { hash } from 'node:crypto';
import { callbacks } from '../../shared/callbacks/list.ts';
import { type Killable, startProcess } from './processes.ts';

/** Functions in a process, as Lambda has them in an environment. */
export type FunctionProcess = Killable & {
  invoke: <Result>(name: string, event: object) => Promise<Result>;
  /** How many bytes of memory the process has. */
  memory: () => Promise<number>;
  /** Everything that the functions printed. */
  lines: readonly string[];
  /** How many of these say this message. */
  logged: (message: string) => number;
  stop: () => Promise<void>;
};

const ENVIRONMENT = {
  AWS_REGION: 'local',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  POWERTOOLS_METRICS_DISABLED: 'true',
  ...Object.fromEntries(callbacks.map(({ tokenVariable }) => [tokenVariable, hash('sha256', 'local')])),
};

/** Starts a process that has these functions. */
export const startFunctions = async (
  names: string[],
  env: Record<string, string>,
  timeoutMs: number,
): Promise<FunctionProcess> => {
  const lines: string[] = [];
  const onLine = (line: string): void => {
    if (line.startsWith('{')) lines.push(line);
    else process.stderr.write(`${line}\n`);
  };
  const host = await startProcess('function-host.ts', {
    env: { ...ENVIRONMENT, ...env, FUNCTIONS: names.join(), FUNCTION_TIMEOUT_MS: String(timeoutMs) },
    onLine,
  });
  return Object.assign(host, {
    invoke: async (name: string, event: object) => {
      const url = `http://127.0.0.1:${await host.up()}/${name}`;
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(event) });
      return JSON.parse(await response.text());
    },
    memory: async () => Number(await (await fetch(`http://127.0.0.1:${await host.up()}/memory`)).text()),
    lines,
    logged: (message: string) => lines.filter((line) => JSON.parse(line).message === message).length,
    stop: host.kill,
  });
};
