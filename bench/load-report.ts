import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import type { Balance } from '../test/faults/ledger.ts';
import type { Attempt } from '../test/faults/provider.ts';
import type { Struck } from './load-faults.ts';
import { type Goal, goalTable, isMet, markdown, type Table } from './report.ts';
import { median } from './statistics.ts';

/**
 * How far a run was, and how many bytes the processes of receivers, consumer and projector had
 * then.
 */
export type Row = { seconds: number; sent: number; memory: number[] };

/** What became of a run. */
export type Run = {
  title: string;
  rows: Row[];
  attempts: Attempt[];
  struck: Struck;
  /** From the last answer to the last call in its table. */
  lagSeconds: number;
  ending: Balance;
};

/**
 * Prints what became of a run and puts it into docs/guarantees.md; whether it was what is promised.
 */
export const reportLoad = (run: Run): boolean => {
  const goals = goalsOf(run);
  const text = [answers(run), memory(run), goalTable(goals)].map(markdown).join('\n');
  process.stdout.write(`${text}\n`);
  write(text);
  return goals.every(isMet);
};

const MOST_LAG_SECONDS = 5;
const MOST_GROWTH = 1.2;

const goalsOf = ({ attempts, rows, lagSeconds, ending }: Run): Goal[] => {
  const deliveries = new Set(attempts.map(({ delivery: { pk, sk } }) => `${pk} ${sk}`));
  const calls = new Set(attempts.map(({ delivery: { pk } }) => pk));
  return [
    { what: 'acknowledged and lost', value: ending.lost, limit: 0 },
    {
      what: 'doubled',
      value: Math.max(0, ending.stored - deliveries.size, ending.calls - calls.size),
      limit: 0,
    },
    { what: 'stored otherwise than sent', value: ending.false, limit: 0 },
    { what: 'calls that are not what was stored', value: ending.wrong, limit: 0 },
    { what: 'dead letters', value: ending['dead letters'], limit: 0 },
    { what: 's from the last answer to the last call', value: lagSeconds, limit: MOST_LAG_SECONDS },
    ...['receivers', 'consumer'].map((name, n) => ({
      what: `memory of the ${name}, second half of the run by the first`,
      value: growth(rows.map(({ memory: bytes }) => bytes[n] ?? 0)),
      limit: MOST_GROWTH,
    })),
  ];
};

const growth = (bytes: number[]): number => {
  const half = Math.floor(bytes.length / 2);
  return median(bytes.slice(half)) / median(bytes.slice(0, half));
};

const answers = ({ title, attempts, ending, struck }: Run): Table => {
  const of = (status: number) => attempts.filter((attempt) => attempt.status === status).length;
  return {
    title,
    head: ['what', 'how many'],
    rows: [
      ['requests, with those that were tried again or sent twice', String(ending.sent)],
      ['answered 200', String(of(200))],
      ['answered 503', String(of(503))],
      ['answered otherwise, or not at all', String(ending.sent - of(200) - of(503))],
      ['deliveries stored', String(ending.stored)],
      ['redeliveries absorbed', String(ending.duplicates)],
      ['calls', String(ending.calls)],
      ...Object.entries(struck).map(([name, count]) => [`times that ${name}`, String(count)]),
    ],
  };
};

const MEGABYTE = 2 ** 20;

const memory = ({ rows }: Run): Table => ({
  title: 'Memory of the processes, MB',
  head: ['after s', 'callbacks', 'receivers', 'consumer', 'projector'],
  rows: rows.map(({ seconds, sent, memory: bytes }) => [
    String(seconds),
    String(sent),
    ...bytes.map((one) => (one / MEGABYTE).toFixed(0)),
  ]),
  note: 'A process grows for its first ten thousand requests, until it has garbage to collect. The projector is killed again and again, so its memory begins anew.',
});

const PAGE = join(import.meta.dirname, '..', 'docs', 'guarantees.md');
const [OPEN, CLOSE] = ['<!-- load -->', '<!-- /load -->'];

/** What is between the marks of the page is written by this command. */
const write = (text: string): void => {
  const [before = '', rest = ''] = readFileSync(PAGE, 'utf8').split(OPEN);
  const today = new Date().toISOString().slice(0, 10);
  const machine = `${today}, ${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.version}, ${process.platform}.`;
  writeFileSync(PAGE, `${before}${OPEN}\n${machine}\n\n${text}${rest.slice(rest.indexOf(CLOSE))}`);
};
