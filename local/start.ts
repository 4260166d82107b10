import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDataDir } from './data-dir.ts';
import { portsFrom, SetupError } from './ports.ts';
import { banner, reporter } from './report.ts';
import { type Stack, startStack } from './stack.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

const start = async (): Promise<void> => {
  const startedAt = Date.now();
  const fresh = readFresh();
  const ports = await portsFrom(process.env);
  const dataDir = openDataDir(process.env.DATA_DIR ?? join(import.meta.dirname, '..', '.local'), { fresh });
  const log = createWriteStream(join(dataDir, 'functions.log'), { flags: 'w' });

  say('Starting the local stack');
  const report = reporter(say);
  let stack: Stack | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      say('\nStopping; what is accepted and not stored yet waits in the queue for the next start.');
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
    onError: (error) => say(`poller: ${error.message}`),
  });
  report.connect(stack);
  say(banner(stack));
};

const readFresh = (): boolean => {
  try {
    return parseArgs({ options: { fresh: { type: 'boolean', default: false } } }).values.fresh;
  } catch (error) {
    throw new SetupError(`${(error as Error).message}\nUsage: npm start [-- --fresh]`);
  }
};

const isExpected = (error: NodeJS.ErrnoException) =>
  error instanceof SetupError || error.syscall !== undefined;

start().catch((error) => {
  process.exitCode = 1;
  process.stderr.write(`${isExpected(error) ? error.message : error.stack}\n`);
});
