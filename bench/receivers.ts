import { join } from 'node:path';
import { type Runtime, type Subject, start } from '../fixtures/lambda.ts';
import { sourceOf } from '../infrastructure/bundles.ts';
import { callbacks } from '../shared/callbacks/list.ts';
import { type Bench, receiverEnvironment, sampleOf } from './bench.ts';
import { type Built, buildDeployed, buildNaive } from './builds.ts';
import { type Bar, conditions, type Goal, type Table } from './report.ts';
import { median, quantile } from './statistics.ts';

const WARM_UP_CALLS = 100;
const WARM_CALLS = 300;

type Candidate = Built & Subject;

/** Starts every receiver, both baselines and the receiver without each of its tricks, in turn. */
export const benchReceivers = async (bench: Bench) => {
  const candidates = await build(bench);
  const samples = new Map(candidates.map(({ name }) => [name, newSamples()]));
  for (let round = 0; round < bench.rounds; round++) {
    // Back and forth, so that nobody always comes after the same one.
    for (const candidate of round % 2 ? candidates.toReversed() : candidates) {
      await measure(candidate, bench.runtime, samples.get(candidate.name) ?? newSamples());
    }
  }
  const { table, ...rest } = summarize(candidates, samples);
  return { table: { ...table, note: conditions(bench.rounds, bench.runtime) }, ...rest };
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
  const cc = 'cc';
  const variant = (name: string, options: Parameters<typeof buildDeployed>[3]) =>
    candidate(
      `${cc}, ${name}`,
      cc,
      buildDeployed(service, sourceOf(service, cc), join(directory, name), options),
    );
  return Promise.all([
    candidate(FLOOR, cc, buildNaive('bench/baselines/empty-service/empty.ts', directory)),
    candidate(NAIVE, cc, buildNaive('bench/baselines/naive-receiver.ts', directory)),
    ...callbacks.map(({ name }) =>
      candidate(name, name, buildDeployed(service, sourceOf(service, name), directory)),
    ),
    variant('not prepared', { define: { 'process.env.PREPARE': 'false' } }),
    variant('built-ins imported', { plugins: [] }),
    variant('not minified', { minify: false }),
    variant('credential chain', { alias: {} }),
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
  const deployed = candidates.slice(2).filter(({ name }) => !name.includes(','));
  const worst = (value: (candidate: Candidate) => number) => Math.max(...deployed.map(value));
  const ratio = (key: keyof Samples, baseline: string) =>
    worst(({ name }) => of(name, key) / of(baseline, key));
  const goals: Goal[] = [
    { what: 'cold total to that of the naive receiver', value: ratio('cold', NAIVE), limit: 0.4 },
    { what: 'cold total to that of the empty handler', value: ratio('cold', FLOOR), limit: 2.6 },
    { what: 'first call to that of the naive receiver', value: ratio('first', NAIVE), limit: 0.15 },
    { what: 'CPU of a warm call, ms', value: worst(({ name }) => of(name, 'warmCpu')), limit: 1.4 },
    { what: 'RSS to that of the empty handler', value: ratio('rss', FLOOR), limit: 1.8 },
    { what: 'bundle, KB', value: worst(({ kb }) => kb), limit: 220 },
    { what: 'bundle compressed, KB', value: worst(({ compressedKb }) => compressedKb), limit: 75 },
  ];
  const [cc = { name: '' }] = deployed;
  const unprepared = `${cc.name}, not prepared`;
  const floor = of(FLOOR, 'init');
  const bars: Bar[] = [
    {
      name: FLOOR,
      parts: [
        { name: 'runtime', ms: floor },
        { name: 'first call', ms: of(FLOOR, 'first') },
      ],
    },
    ...[...deployed].map(({ name }) => {
      const load = of(unprepared, 'init') - floor;
      return {
        name,
        parts: [
          { name: 'runtime', ms: floor },
          { name: 'load', ms: load },
          { name: 'prepare', ms: of(name, 'init') - floor - load },
          { name: 'first call', ms: of(name, 'first') },
        ],
      };
    }),
    ...[unprepared, NAIVE].map((name) => ({
      name,
      parts: [
        { name: 'runtime', ms: floor },
        { name: 'load', ms: of(name, 'init') - floor },
        { name: 'first call', ms: of(name, 'first') },
      ],
    })),
  ];
  return { table, goals, bars };
};
