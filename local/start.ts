import { createWriteStream } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { expectFree, portsFrom, SetupError } from '../infrastructure/ports.ts';
import { endpointsOf } from '../shared/events/endpoints.ts';
import { secretsOf } from '../shared/events/sign.ts';
import { banner } from './banner.ts';
import { emptyDataDir, openDataDir } from './data-dir.ts';
import { reporter } from './report.ts';
import { type Stack, startStack } from './stack.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const start = async (): Promise<void> => {
  const startedAt = Date.now();
  const { fresh, help } = readOptions();
  if (help) return say(USAGE);
  const ports = portsFrom(process.env);
  const dataDir = openDataDir(process.env.DATA_DIR || join(import.meta.dirname, '..', '.local'));
  await expectFree(ports);
  expectSecret(process.env);
  if (fresh) say(`--fresh deleted ${await emptyDataDir(dataDir)} from ${shortest(dataDir)}.`);
  const logFile = join(dataDir, 'functions.log');
  const log = createWriteStream(logFile, { flags: 'w' });

  say('Starting the local stack');
  const report = reporter(say, shortest(logFile));
  let stack: Stack | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      say('\nStopping. Accepted callbacks that are not stored yet wait in the queue for the next start.');
      await stack?.stop();
      process.exit();
    });
  }
  stack = await startStack({
    ports,
    dataDir,
    onProgress: (step) => say(`  ${((Date.now() - startedAt) / 1000).toFixed(1)} s  ${step}`),
    onLine: (line) => {
      log.write(`${line}\n`);
      report.line(line);
    },
    onMessage: report.received,
    onEvent: report.happened,
    onError: (functionKey, { message }) => report.failed(functionKey, message),
    onCall: report.call,
    onProjected: report.projected,
    onDeath: async ({ message }) => {
      say(`${message}\nStart again with "npm start"; accepted callbacks are kept.`);
      await stack?.stop();
      process.exit(1);
    },
  });
  say(banner(stack));
};

/** Throws a SetupError if there are endpoints but no secret to sign with. */
const expectSecret = ({ WEBHOOK_URLS, WEBHOOK_SECRET = '' }: NodeJS.ProcessEnv): void => {
  if (!WEBHOOK_URLS) return;
  try {
    endpointsOf(WEBHOOK_URLS);
  } catch {
    throw new SetupError(`WEBHOOK_URLS is "${WEBHOOK_URLS}": it must be comma-separated URLs.`);
  }
  const advice = 'Set WEBHOOK_SECRET to the output of "npm run secret", here and at the endpoint.';
  try {
    if (secretsOf(WEBHOOK_SECRET).length === 0)
      throw new SetupError(`Events need a secret to sign with. ${advice}`);
  } catch (error) {
    throw error instanceof SetupError
      ? error
      : new SetupError(`WEBHOOK_SECRET is not a valid secret. ${advice}`);
  }
};

const shortest = (file: string): string => {
  const fromHere = relative(process.cwd(), file);
  return fromHere.length < file.length ? fromHere : file;
};

const USAGE = `Usage: npm start [-- --fresh]

Runs the functions with their queues, tables and files on this machine, and a sign-in for readers.

  --fresh  first delete the queues, tables and files

HTTP_PORT, LAMBDA_PORT, OIDC_PORT, SQS_PORT and DYNAMODB_PORT set the ports, DATA_DIR the folder of
queues, tables and files.`;

const readOptions = () => {
  // npm keeps an option that stands before the --.
  const fresh = process.env.npm_config_fresh === 'true';
  try {
    const help = { type: 'boolean', short: 'h' } as const;
    return parseArgs({ options: { fresh: { type: 'boolean', default: fresh }, help } }).values;
  } catch (error) {
    throw new SetupError(`${(error as Error).message}\n${USAGE}`);
  }
};

const isExpected = (error: NodeJS.ErrnoException) =>
  error instanceof SetupError || error.syscall !== undefined;

start().catch((error) => {
  process.exitCode = 1;
  process.stderr.write(`${isExpected(error) ? error.message : error.stack}\n`);
});
