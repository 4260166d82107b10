import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** The ports of the local stack on 127.0.0.1. `<NAME>_PORT` sets each. */
export type Ports = { http: number; lambda: number; oidc: number; sqs: number; dynamodb: number };

const DEFAULTS: Ports = { http: 3000, lambda: 3002, oidc: 3003, sqs: 9324, dynamodb: 8000 };

/** A problem that the user can solve; the message says how. */
export class SetupError extends Error {}

const variable = (name: keyof Ports): string => `${name.toUpperCase()}_PORT`;

const NAMES = Object.keys(DEFAULTS) as (keyof Ports)[];

/**
 * Reads `HTTP_PORT`, `LAMBDA_PORT`, `OIDC_PORT`, `SQS_PORT` and `DYNAMODB_PORT`. Throws a
 * SetupError if one is no port, or two are the same.
 */
export const portsFrom = (env: NodeJS.ProcessEnv): Ports => {
  const ports = { ...DEFAULTS };
  for (const [index, name] of NAMES.entries()) {
    const written = env[variable(name)];
    if (written) ports[name] = Number(written);
    if (!Number.isInteger(ports[name]) || ports[name] < 1 || ports[name] > 65_535) {
      throw new SetupError(`${variable(name)}=${written} is not a port: give a number from 1 to 65535.`);
    }
    const same = NAMES.slice(0, index).find((other) => ports[other] === ports[name]);
    if (same === undefined) continue;
    throw new SetupError(
      `${variable(same)} and ${variable(name)} are both ${ports[name]}: change one of them.`,
    );
  }
  return ports;
};

/** Throws a SetupError if one of the ports is taken. */
export const expectFree = async (ports: Ports): Promise<void> => {
  const problems = await Promise.all(
    NAMES.map((name) =>
      bind(ports[name]).then(
        () => [],
        ({ code }) =>
          `Port ${ports[name]} cannot be used (${code}): free it, or set ${variable(name)} to another one.`,
      ),
    ),
  );
  if (problems.flat().length > 0) throw new SetupError(problems.flat().join('\n'));
};

// Below the range that systems use for outgoing connections: one of those could take the port
// before its server starts.
const [FIRST, LAST] = [10_000, 32_000];

/** Ports that were free a moment ago. */
export const freePorts = async (): Promise<Ports> => {
  const first = randomInt(FIRST, LAST);
  const ports = Object.fromEntries(NAMES.map((name, n) => [name, first + n])) as Ports;
  return expectFree(ports).then(
    () => ports,
    () => freePorts(),
  );
};

const bind = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
