import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { type Runtime, type Subject, start } from '../fixtures/lambda.ts';
import { callbacks } from '../shared/callbacks/list.ts';
import { type Bench, receiverEnvironment, sampleOf } from './bench.ts';
import { type Built, buildBaseline, buildDeployed } from './builds.ts';
import { conditions, type Goal, type Table } from './report.ts';
import { median, quantile } from './statistics.ts';

const WARM_UP_CALLS = 100;
const WARM_CALLS = 300;

type Candidate = Built & Subject;

/** Starts every receiver, both baselines, and one receiver without each of its tricks, in turn. */
export const benchReceivers = async (bench: Bench) => {
  const candidates = await build(bench);
  const samples = new Map(candidates.map(({ name }) => [name, newSamples()]));
  for (let round = 0; round < bench.rounds; round++) {
    // Back and forth, so that nobody always comes after the same one.
    for (const candidate of round % 2 ? candidates.toReversed() : candidates) {
      await measure(candidate, bench.runtime, samples.get(candidate.name) ?? newSamples());
    }
  }
  const { table, goals } = summarize(candidates, samples);
  return { table: { ...table, note: conditions(bench.rounds, bench.runtime) }, goals };
};

const newSamples = () => ({
  init: [] as number[],
  first: [] as number[],
  cold: [] as number[],
  coldCpu: [] as number[],
  warm: [] as number[],
  warmCpu: [] as number[],
  rss: [] as number[],
});
type Samples = ReturnType<typeof newSamples>;

const measure = async (candidate: Candidate, runtime: Runtime, samples: Samples): Promise<void> => {
  const started = await start(candidate, runtime);
  try {
    samples.init.push(started.initMs);
    samples.first.push(started.firstMs);
    samples.cold.push(started.initMs + started.firstMs);
    samples.coldCpu.push(started.cpuMs());
    const call = async (): Promise<number> => {
      const { ms, body } = await started.invoke(candidate.event);
      if ((body as { statusCode?: number }).statusCode !== 200) throw new Error(JSON.stringify(body));
      return ms;
    };
    for (let calls = 0; calls < WARM_UP_CALLS; calls++) await call();
    const cpuMs = started.cpuMs();
    for (let calls = 0; calls < WARM_CALLS; calls++) samples.warm.push(await call());
    samples.warmCpu.push((started.cpuMs() - cpuMs) / WARM_CALLS);
    samples.rss.push(started.rssMb());
  } finally {
    await started.stop();
  }
};

const FLOOR = 'empty handler';
const NAIVE = 'naive receiver';

const build = async (bench: Bench): Promise<Candidate[]> => {
  const { service, directory } = bench;
  const environment = receiverEnvironment(bench);
  const candidate = async (name: string, sample: string, built: Promise<Built>): Promise<Candidate> => ({
    ...(await built),
    name,
    event: sampleOf(sample),
    environment,
  });
  const without = (what: string, options: BuildOptions) =>
    candidate(`cc, ${what}`, 'cc', buildDeployed(service, 'cc', join(directory, what), options));
  return Promise.all([
    candidate(FLOOR, 'cc', buildBaseline('empty-handler', directory)),
    candidate(NAIVE, 'cc', buildBaseline('naive-receiver', directory)),
    ...callbacks.map(({ name }) => candidate(name, name, buildDeployed(service, name, directory))),
    without('not prepared', { define: { 'process.env.PREPARE': 'false' } }),
    without('nothing left out', { plugins: [] }),
    without('credential chain', { alias: {} }),
  ]);
};

const summarize = (candidates: Candidate[], samples: Map<string, Samples>) => {
  const of = (name: string, key: keyof Samples) => median(samples.get(name)?.[key] ?? []);
  const cold = (name: string) => of(name, 'cold');
  const table: Table = {
    title: 'Receivers',
    head: [
      'receiver',
      'KB',
      'gzip KB',
      'init ms',
      'first call ms',
      'cold total ms',
      '× floor',
      '× naive',
      'cold CPU ms',
      'warm p50 ms',
      'warm p99 ms',
      'warm CPU ms',
      'RSS MB',
    ],
    rows: candidates.map(({ name, kb, compressedKb }) => [
      name,
      kb,
      compressedKb,
      of(name, 'init'),
      of(name, 'first'),
      cold(name),
      cold(name) / cold(FLOOR),
      cold(name) / cold(NAIVE),
      of(name, 'coldCpu'),
      of(name, 'warm'),
      quantile(samples.get(name)?.warm ?? [], 0.99),
      of(name, 'warmCpu'),
      of(name, 'rss'),
    ]),
  };
  const names = callbacks.map(({ name }) => name);
  const worst = (key: keyof Samples, baseline: string) =>
    Math.max(...names.map((name) => of(name, key) / of(baseline, key)));
  const goals: Goal[] = [
    { what: 'cold total to that of the naive receiver', value: worst('cold', NAIVE), limit: 0.55 },
    { what: 'cold total to that of the empty handler', value: worst('cold', FLOOR), limit: 3.5 },
    { what: 'first call to that of the naive receiver', value: worst('first', NAIVE), limit: 0.2 },
  ];
  return { table, goals };
};
