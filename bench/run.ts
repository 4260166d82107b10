import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveService } from '../build/bundles.ts';
import { createCertificate } from './certificate.ts';
import { benchConsumer } from './consumer.ts';
import { benchLocal } from './local.ts';
import { type Bench, benchReceivers } from './receivers.ts';
import { type Goal, goalTable, markdown, type Table } from './report.ts';
import { startStub } from './stubs.ts';
import { createThrottle } from './throttle.ts';

const PARTS = ['receivers', 'consumer', 'local'];

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: PARTS },
    rounds: { type: 'string', default: '9' },
    memory: { type: 'string', default: '512' },
    throttle: { type: 'string', default: 'calls' },
    ric: { type: 'string' },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const directory = mkdtempSync(join(tmpdir(), 'bench-'));
const certificate = createCertificate(directory);
const stub = await startStub(certificate);
const throttle = createThrottle(Number(values.memory));
const bench: Bench = {
  service: await resolveService('prod'),
  runtime: { throttled: values.throttle as 'calls', throttle, ric: values.ric },
  stub,
  caFile: certificate.caFile,
  directory,
  rounds: Number(values.rounds),
};
const goals: Goal[] = [];
const tables: Table[] = [];
try {
  if (values.only.includes('receivers')) {
    const result = await benchReceivers(bench);
    tables.push(result.table);
    goals.push(...result.goals);
  }
  if (values.only.includes('consumer')) {
    const result = await benchConsumer({ ...bench, runtime: { ...bench.runtime, throttled: 'none' } });
    tables.push(result.table);
    goals.push(...result.goals);
  }
  if (values.only.includes('local')) {
    const result = await benchLocal(directory);
    tables.push(result.table);
    goals.push(...result.goals);
  }
  for (const table of [...tables, goalTable(goals)]) say(markdown(table));
} finally {
  throttle.close();
  stub.close();
  rmSync(directory, { recursive: true });
}
