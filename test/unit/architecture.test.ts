import { beforeAll, describe, expect, test } from 'vitest';
import { callbacks } from '../../shared/callbacks/list.ts';
import { type Imports, reachedFrom, readImports } from '../support/imports.ts';

/** The rooms, with their folders inside, and the rooms that each may import from besides itself. */
const ROOMS: Record<string, string[]> = {
  'shared/payload': [],
  'shared/callbacks': ['shared/payload'],
  'shared/deliveries': ['shared/payload'],
  'shared/calls': ['shared/payload', 'shared/callbacks', 'shared/deliveries'],
  'shared/files': [],
  'shared/network': [],
  'shared/nxcloud': ['shared/payload', 'shared/callbacks', 'shared/network'],
  'shared/queues': [],
  'shared/secrets': [],
  'shared/recordings': ['shared/deliveries', 'shared/files', 'shared/network', 'shared/queues'],
  'shared/events': [
    ...['shared/deliveries', 'shared/calls', 'shared/network', 'shared/queues'],
    'shared/secrets',
  ],
  'shared/exports': [
    ...['shared/payload', 'shared/deliveries', 'shared/calls', 'shared/files'],
    'shared/queues',
  ],
  'shared/erasure': [
    ...['shared/payload', 'shared/callbacks', 'shared/deliveries', 'shared/calls', 'shared/files'],
    ...['shared/recordings', 'shared/exports'],
  ],
  'shared/reports': ['shared/payload', 'shared/calls'],
  'shared/reconciliation': [
    ...['shared/payload', 'shared/callbacks', 'shared/deliveries', 'shared/calls', 'shared/files'],
    ...['shared/queues', 'shared/nxcloud', 'shared/secrets'],
  ],
  'shared/telemetry': ['shared/deliveries'],
  'shared/receiving': ['shared/payload', 'shared/callbacks', 'shared/deliveries', 'shared/telemetry'],
  'shared/status': [
    ...['shared/payload', 'shared/deliveries', 'shared/calls', 'shared/telemetry'],
    'shared/reconciliation/state.ts',
  ],
  'shared/api': [
    ...['shared/callbacks', 'shared/status', 'shared/payload', 'shared/deliveries'],
    ...['shared/calls', 'shared/files', 'shared/exports', 'shared/reports'],
    'shared/events/call-event.ts',
  ],
  'shared/page': [],
  page: ['shared/calls/labels.ts', 'shared/calls/test-call.ts', 'shared/calls/going-on.ts'],
  functions: ['shared'],
  infrastructure: ['shared'],
  commands: ['infrastructure', 'shared'],
  local: ['infrastructure', 'shared'],
  fixtures: ['infrastructure', 'shared'],
  screenshots: ['fixtures', 'infrastructure', 'local'],
  // The load is that of the faults, only longer.
  bench: ['fixtures', 'functions', 'shared', 'infrastructure', 'commands', 'local', 'test'],
  test: ['fixtures', 'functions', 'shared', 'infrastructure', 'commands', 'local', 'page'],
};

const SQS = '@aws-sdk/client-sqs';
const DYNAMODB = '@aws-sdk/client-dynamodb';

/** What writes calls. */
const CALL_STORE = 'shared/calls/store.ts';

/** What sends to any queue. */
const QUEUES = 'shared/queues/sqs.ts';

/** The functions by kind, and what none of a kind reaches, however many imports away. */
const FUNCTIONS = [
  { kind: 'a receiver', names: callbacks.map(({ name }) => name), never: ['shared/calls', DYNAMODB] },
  {
    kind: 'the consumer',
    names: ['consumer'],
    never: ['shared/callbacks', 'shared/calls', 'shared/receiving'],
  },
  { kind: 'the projector', names: ['projector'], never: ['shared/receiving', SQS] },
  {
    kind: 'the relay',
    names: ['relay'],
    never: ['shared/callbacks/list.ts', 'shared/receiving', 'shared/files', CALL_STORE],
  },
  {
    kind: 'the sender of webhooks',
    names: ['webhooks'],
    never: ['shared/callbacks', 'shared/calls', 'shared/receiving', 'shared/files', DYNAMODB],
  },
  {
    kind: 'the archiver',
    names: ['archiver'],
    never: ['shared/callbacks', 'shared/calls', 'shared/receiving'],
  },
  {
    kind: 'the page',
    names: ['page'],
    never: ['shared/api', 'shared/callbacks', 'shared/calls', 'shared/deliveries', SQS, DYNAMODB],
  },
  {
    kind: 'the api',
    names: ['api'],
    never: [
      ...['shared/receiving', 'shared/calls/store.ts', 'shared/exports/run.ts'],
      ...['shared/nxcloud', 'shared/secrets'],
    ],
  },
  {
    kind: 'the exporter',
    names: ['exporter'],
    never: ['shared/receiving', 'shared/calls/store.ts', 'shared/api'],
  },
  {
    kind: 'the reconciler',
    names: ['reconciler'],
    never: ['shared/receiving', 'shared/calls/store.ts', 'shared/deliveries/store.ts', 'shared/api'],
  },
];

/** What sends a message of the api: into its own queue. */
const API_QUEUE = 'shared/exports/queue.ts';

let imports: Imports;
beforeAll(async () => {
  imports = await readImports();
});

const isIn = (room: string, file: string) => file === room || file.startsWith(`${room}/`);
const roomOf = (file: string) => Object.keys(ROOMS).find((room) => isIn(room, file));
const filesIn = (room: string) => [...imports.keys()].filter((file) => isIn(room, file));

test('every source file is in a room', () => {
  expect([...imports.keys()].filter((file) => roomOf(file) === undefined)).toEqual([]);
});

test('no file imports what imports it', () => {
  const sources = [...imports.keys()];

  expect(sources.filter((file) => reachedFrom(imports, file).has(file))).toEqual([]);
});

test.each(Object.entries(ROOMS))('%s/ imports from %j only', (room, others) => {
  const allowed = room === 'functions' ? others : [room, ...others];
  const isAllowed = (file: string) => !file.endsWith('.ts') || allowed.some((one) => isIn(one, file));
  const offences = filesIn(room).flatMap((file) =>
    imports
      .get(file)
      ?.filter((imported) => !isAllowed(imported))
      .map((imported) => `${file} imports ${imported}`),
  );

  expect(filesIn(room)).not.toEqual([]);
  expect(offences).toEqual([]);
});

test('every function is of one kind', () => {
  const known = FUNCTIONS.flatMap(({ names }) => names).map((name) => `functions/${name}.ts`);

  expect(filesIn('functions').toSorted()).toEqual(known.toSorted());
});

describe.each(FUNCTIONS)('$kind', ({ names, never }) => {
  test.each(names)(`%s reaches none of ${never.join(', ')}`, (name) => {
    const reached = [...reachedFrom(imports, `functions/${name}.ts`)];

    expect(reached).not.toEqual([]);
    expect(reached.filter((file) => never.some((room) => isIn(room, file)))).toEqual([]);
  });
});

test('only the projector and the rebuild write calls', () => {
  const started = [...filesIn('functions'), ...filesIn('commands')].filter(
    (file) => !isIn('commands/lib', file),
  );
  const writers = started.filter((file) => reachedFrom(imports, file).has(CALL_STORE));

  expect(writers.sort()).toEqual(['commands/rebuild.ts', 'functions/projector.ts']);
});

test('the api reaches no queue except that of its exports', () => {
  const reached = reachedFrom(imports, 'functions/api.ts');
  const importing = (what: string) => [...reached].filter((file) => imports.get(file)?.includes(what));

  expect(importing(SQS)).toEqual([QUEUES]);
  expect(importing(QUEUES)).toEqual([API_QUEUE]);
});
