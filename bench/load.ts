import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { resolveService } from '../infrastructure/bundles.ts';
import type { Resources } from '../local/plugin.ts';
import { balance } from '../test/faults/ledger.ts';
import { createProvider, type Provider, tellOf } from '../test/faults/provider.ts';
import { createWorld, type World } from '../test/faults/world.ts';
import { runFaults } from './load-faults.ts';
import { type Row, reportLoad } from './load-report.ts';

const USAGE = `Usage: npm run load -- [--minutes <number>] [--rate <number>]

Sends callbacks of all four products to the functions, the queue and the tables of this machine, while SQS, DynamoDB and the projector
fail now and then, and looks where each of them went. Writes its tables into docs/guarantees.md.

  --minutes <number>  how long; 10 by default
  --rate <number>     callbacks a second; 100 by default
  -h, --help          print this
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '100' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
if (!(minutes > 0 && minutes <= 600)) throw new Error('--minutes takes a number from 0 to 600');
if (!(rate >= 4 && rate <= 10_000)) throw new Error('--rate takes a number from 4 to 10000');

const ROWS = 10;
const TICK_MS = 50;

/** Sends so many callbacks a second, whether or not the earlier ones have been answered. */
const send = async (world: World, provider: Provider): Promise<Row[]> => {
  const totalMs = minutes * 60_000;
  const told = tellOf(minutes * 60 * rate);
  const rows: Row[] = [];
  const delivering: Promise<void>[] = [];
  const startedAt = Date.now();
  let sent = 0;
  while (sent < told.length) {
    const elapsed = Date.now() - startedAt;
    const due = told.slice(sent, Math.floor((elapsed / 1_000) * rate));
    if (due.length > 0) delivering.push(provider.deliver(due));
    sent += due.length;
    if (elapsed >= ((rows.length + 1) * totalMs) / ROWS) rows.push(await look(world, elapsed, sent));
    await sleep(TICK_MS);
  }
  await Promise.all(delivering);
  return rows;
};

const look = async (world: World, elapsed: number, sent: number): Promise<Row> => {
  const processes = [world.receiver, ...world.consumers, ...world.projectors];
  const memory = await Promise.all(processes.map((one) => one.memory()));
  process.stderr.write(`${Math.round(elapsed / 1_000)} s: ${sent} sent\n`);
  return { seconds: Math.round(elapsed / 1_000), sent, memory };
};

const { resources } = (await resolveService('local')) as unknown as { resources: { Resources: Resources } };
const world = await createWorld({
  resources: resources.Resources,
  // As serverless.yml has them.
  batchSizes: { messages: 10, records: 100 },
});
const provider = createProvider(world.receiver.up, rate);
const faults = new AbortController();
try {
  const failing = runFaults(world, faults.signal);
  const rows = await send(world, provider);
  faults.abort();
  const struck = await failing;
  const endedAt = Date.now();
  await world.atRest();
  const lagSeconds = (Date.now() - endedAt) / 1_000;
  const ending = await balance(provider.attempts, world);
  const title = `${rate} callbacks a second for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  const isKept = reportLoad({ title, rows, attempts: provider.attempts, struck, lagSeconds, ending });
  if (!isKept) process.exitCode = 1;
} finally {
  await world.stop();
}
