import { createServer } from 'node:net';

/** Where the local stack listens on 127.0.0.1. Each is set by `<NAME>_PORT`. */
export type Ports = { http: number; lambda: number; sqs: number; dynamodb: number };

const DEFAULTS: Ports = { http: 3000, lambda: 3002, sqs: 9324, dynamodb: 8000 };

/** Something is in the way that the user can change; the message says what to do. */
export class SetupError extends Error {}

const variable = (name: keyof Ports): string => `${name.toUpperCase()}_PORT`;

/** The ports of `HTTP_PORT`, `LAMBDA_PORT`, `SQS_PORT` and `DYNAMODB_PORT`, all of them free; throws a SetupError otherwise. */
export const portsFrom = async (env: NodeJS.ProcessEnv): Promise<Ports> => {
  const ports = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof Ports)[]) {
    const written = env[variable(name)];
    if (written) ports[name] = Number(written);
    if (!Number.isInteger(ports[name]) || ports[name] < 1 || ports[name] > 65_535) {
      throw new SetupError(`${variable(name)}=${written} is not a port: give a number from 1 to 65535.`);
    }
    await bind(ports[name]).catch((error: NodeJS.ErrnoException) => {
      throw new SetupError(
        `Port ${ports[name]} cannot be used (${error.code}): free it, or set ${variable(name)} to another one.`,
      );
    });
  }
  return ports;
};

/** Four ports that were free a moment ago. */
export const freePorts = async (): Promise<Ports> => {
  const [http, lambda, sqs, dynamodb] = await Promise.all([bind(0), bind(0), bind(0), bind(0)]);
  return { http, lambda, sqs, dynamodb };
};

const bind = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(port, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
      });
  });
