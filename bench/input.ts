import { BAD_BODIES, BAD_FORMS, BAD_LEGS, withForm } from '../fixtures/bad-bodies.ts';
import { start } from '../fixtures/lambda.ts';
import { bundleInto } from '../infrastructure/bundles.ts';
import { type Bench, receiverEnvironment, sampleOf } from './bench.ts';
import type { Goal, Table } from './report.ts';
import { median } from './statistics.ts';

const CAP = 128 * 1024;
const WARM_UP_CALLS = 30;
const CALLS = 7;
const SHOWN = 5;

type Case = { name: string; bytes: Buffer };
type Cost = { name: string; bytes: number; cpuMs: number; highestMs: number };

const casesOf = (bodies: Record<string, string | Uint8Array>): Case[] =>
  Object.entries(bodies).map(([name, body]) => ({ name, bytes: Buffer.from(body as string) }));

const CASES: Record<string, Case[]> = {
  cc: casesOf(BAD_BODIES),
  pns: casesOf(BAD_LEGS),
  icc: Object.entries(BAD_FORMS).map(([name, form]) => ({ name, bytes: Buffer.from(withForm('1', form)) })),
};

/** What bodies under the cap cost a warm receiver at worst, in CPU. */
export const benchInput = async (bench: Bench): Promise<{ table: Table; goals: Goal[] }> => {
  const costs: Cost[] = [];
  for (const [receiver, cases] of Object.entries(CASES)) {
    costs.push(...(await costsOf(receiver, cases, bench)));
  }
  costs.sort((a, b) => b.cpuMs - a.cpuMs);
  const table: Table = {
    title: 'Worst input',
    head: ['body', 'bytes', 'CPU ms', 'highest'],
    rows: costs
      .slice(0, SHOWN)
      .map(({ name, bytes, cpuMs, highestMs }) => [name, String(bytes), cpuMs, highestMs]),
    note: `The ${SHOWN} worst of ${costs.length} bodies, medians of ${CALLS} calls each, SQS included. Not throttled.`,
  };
  const goals = [{ what: 'CPU of the worst body, ms', value: costs[0]?.cpuMs ?? 0, limit: 50 }];
  return { table, goals };
};

const costsOf = async (receiver: string, cases: Case[], bench: Bench): Promise<Cost[]> => {
  const sample = sampleOf(receiver);
  const file = await bundleInto(bench.directory, bench.service, receiver);
  const subject = { name: receiver, file, event: sample, environment: receiverEnvironment(bench) };
  const { invoke, cpuMs, stop } = await start(subject, bench.runtime);
  const cost = async (event: object): Promise<number> => {
    const before = cpuMs();
    await invoke(event);
    return cpuMs() - before;
  };
  try {
    for (let call = 0; call < WARM_UP_CALLS; call++) await invoke(sample);
    const costs: Cost[] = [];
    for (const { name, bytes } of cases.filter((given) => given.bytes.length <= CAP)) {
      const event = { ...sample, body: bytes.toString('base64'), isBase64Encoded: true };
      const times: number[] = [];
      for (let call = 0; call < CALLS; call++) times.push(await cost(event));
      costs.push({ name, bytes: bytes.length, cpuMs: median(times), highestMs: Math.max(...times) });
    }
    return costs;
  } finally {
    await stop();
  }
};
