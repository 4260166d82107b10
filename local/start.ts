import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { portsFrom, SetupError } from './ports.ts';
import { banner, reporter } from './report.ts';
import { startStack } from './stack.ts';

const DATA_DIR = process.env.DATA_DIR ?? join(import.meta.dirname, '..', '.local');

const say = (text: string) => process.stdout.write(`${text}\n`);

const start = async (): Promise<void> => {
  const { values } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
  const startedAt = Date.now();
  const ports = await portsFrom(process.env);
  if (values.fresh) rmSync(DATA_DIR, { recursive: true, force: true });
  mkdirSync(DATA_DIR, { recursive: true });
  const log = createWriteStream(join(DATA_DIR, 'functions.log'), { flags: 'w' });

  say('Starting the local stack');
  const report = reporter(say);
  const stack = await startStack({
    ports,
    dataDir: DATA_DIR,
    onProgress: (step) => say(`  ${((Date.now() - startedAt) / 1000).toFixed(1)} s  ${step}`),
    onLine: (line) => {
      log.write(`${line}\n`);
      report.line(line);
    },
    onError: (error) => say(`poller: ${error.message}`),
  });
  report.connect(stack);
  say(banner(stack));

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      say('\nStopping; what is accepted and not stored yet waits in the queue for the next start.');
      await stack.stop();
      process.exit();
    });
  }
};

start().catch((error) => {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof SetupError ? error.message : error.stack}\n`);
});
