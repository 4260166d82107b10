import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startStub } from '../fixtures/aws.ts';
import { createCertificate } from '../fixtures/certificate.ts';
import { resolveService } from '../infrastructure/bundles.ts';
import type { Bench } from './bench.ts';
import { benchConsumer } from './consumer.ts';
import { benchInput } from './input.ts';
import { benchProjector } from './projector.ts';
import { benchRead } from './read.ts';
import { benchReceivers } from './receivers.ts';
import { type Goal, goalTable, isMet, markdown, type Table } from './report.ts';
import { createThrottle } from './throttle.ts';

const PARTS = ['receivers', 'consumer', 'projector', 'input', 'read'];
const MEMORY_MB = 512;
const THROTTLED = ['calls', 'all', 'none'] as const;
const DOCS = join(import.meta.dirname, '..', 'docs');

const USAGE = `Usage: npm run bench -- [--only <part>] [--rounds <number>] [--calls <number>] [--throttle <what>]

Measures the functions and writes docs/benchmark.md.

  --only <part>      ${PARTS.join(', ')}; can be repeated
  --rounds <number>  how often each cold start is measured; 11 by default
  --calls <number>   how many calls are read from; 1000000 by default
  --throttle <what>  what gets no more CPU than ${MEMORY_MB} MB have: ${THROTTLED.join(', ')}
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: PARTS },
    rounds: { type: 'string', default: '11' },
    calls: { type: 'string', default: '1000000' },
    throttle: { type: 'string', default: 'calls' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const unknown = values.only.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) throw new Error(`--only takes ${PARTS.join(', ')}, not ${unknown.join(', ')}`);
const throttled = THROTTLED.find((part) => part === values.throttle);
if (throttled === undefined) throw new Error(`--throttle takes ${THROTTLED.join(', ')}`);

const directory = mkdtempSync(join(tmpdir(), 'bench-'));
const certificate = await createCertificate(directory);
const stub = await startStub(certificate);
const throttle = createThrottle(MEMORY_MB);
const bench: Bench = {
  service: await resolveService('prod'),
  runtime: { throttled, throttle },
  stub,
  caFile: certificate.caFile,
  directory,
  rounds: Number(values.rounds),
};
const texts: [title: string, text: string][] = [];
const done = ({ table, goals }: { table: Table; goals: Goal[] }) => {
  const text = [table, goalTable(goals)].map(markdown).join('\n');
  process.stdout.write(`${text}\n`);
  if (!goals.every(isMet)) process.exitCode = 1;
  texts.push([table.title, text]);
};

const unthrottled: Bench = { ...bench, runtime: { throttled: 'none', throttle } };
try {
  if (values.only.includes('receivers')) done(await benchReceivers(bench));
  if (values.only.includes('consumer')) done(await benchConsumer(unthrottled));
  if (values.only.includes('projector')) done(await benchProjector(unthrottled));
  if (values.only.includes('input')) done(await benchInput(unthrottled));
  if (values.only.includes('read')) {
    for (const part of await benchRead(unthrottled, Number(values.calls))) done(part);
  }
} finally {
  throttle.close();
  stub.close();
  rmSync(directory, { recursive: true });
}
const today = new Date().toISOString().slice(0, 10);
const machine = `${today}, ${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.version}, ${process.platform}.`;

// What is between the marks is written by this command; parts that were not run keep what is there.
const section = (page: string, [title, text]: [string, string]): string => {
  const [open, close] = [`<!-- ${title} -->`, `<!-- /${title} -->`];
  const [before = '', rest = ''] = page.split(open);
  return [before, open, '\n', machine, '\n\n', text, rest.slice(rest.indexOf(close))].join('');
};
const file = join(DOCS, 'benchmark.md');
writeFileSync(file, texts.reduce(section, readFileSync(file, 'utf8')));
