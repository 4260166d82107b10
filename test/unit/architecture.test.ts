import { beforeAll, describe, expect, test } from 'vitest';
import { callbacks } from '../../shared/callbacks/list.ts';
import { type Imports, reachedFrom, readImports } from '../support/imports.ts';

/** The rooms, with their folders inside, and the rooms that each may import from besides itself. */
const ROOMS: Record<string, string[]> = {
  'shared/payload': [],
  'shared/telemetry': [],
  'shared/deliveries': ['shared/calls'],
  'shared/calls': [],
  'shared/callbacks': ['shared/payload', 'shared/deliveries', 'shared/calls'],
  'shared/receiving': ['shared/callbacks', 'shared/deliveries', 'shared/telemetry'],
  functions: ['shared'],
  infrastructure: ['shared'],
  commands: ['infrastructure', 'shared'],
  local: ['infrastructure', 'shared'],
  bench: ['functions', 'shared', 'infrastructure', 'commands', 'local'],
  test: ['functions', 'shared', 'infrastructure', 'commands', 'local'],
};

const SQS = '@aws-sdk/client-sqs';
const DYNAMODB = '@aws-sdk/client-dynamodb';

/** The functions by kind, and what none of a kind reaches, however many imports away. */
const FUNCTIONS = [
  {
    kind: 'a receiver',
    names: callbacks.map(({ name }) => name),
    never: ['shared/deliveries/store.ts', DYNAMODB],
  },
  { kind: 'the consumer', names: ['consumer'], never: ['shared/callbacks', 'shared/receiving', SQS] },
];

let imports: Imports;
beforeAll(async () => {
  imports = await readImports();
});

const isIn = (room: string, file: string) => file === room || file.startsWith(`${room}/`);
const isSource = (file: string) => file.endsWith('.ts');
const roomOf = (file: string) => Object.keys(ROOMS).find((room) => isIn(room, file));

test('every source file is in a room', () => {
  expect([...imports.keys()].filter((file) => roomOf(file) === undefined)).toEqual([]);
});

test('no file imports what imports it', () => {
  const sources = [...imports.keys()];

  expect(sources.filter((file) => reachedFrom(imports, file).has(file))).toEqual([]);
});

test.each(Object.entries(ROOMS))('%s/ imports from %j only', (room, others) => {
  const files = [...imports].filter(([file]) => roomOf(file) === room);
  const allowed = room === 'functions' ? others : [room, ...others];
  const offences = files.flatMap(([file, imported]) =>
    imported
      .filter((other) => isSource(other) && !allowed.some((one) => isIn(one, other)))
      .map((other) => `${file} imports ${other}`),
  );

  expect(files).not.toEqual([]);
  expect(offences).toEqual([]);
});

test('every function is of one kind', () => {
  const known = FUNCTIONS.flatMap(({ names }) => names).map((name) => `functions/${name}.ts`);
  const there = [...imports.keys()].filter((file) => isIn('functions', file));

  expect(there.toSorted()).toEqual(known.toSorted());
});

describe.each(FUNCTIONS)('$kind', ({ names, never }) => {
  test.each(names)(`%s reaches nothing of ${never.join(', ')}`, (name) => {
    const reached = [...reachedFrom(imports, `functions/${name}.ts`)];

    expect(reached).not.toEqual([]);
    expect(reached.filter((file) => never.some((room) => isIn(room, file)))).toEqual([]);
  });
});
