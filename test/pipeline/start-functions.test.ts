import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { freePorts, type Ports } from '../../infrastructure/ports.ts';
import { isUp, postPns, postTo, type Started, shows, startIn } from '../support/npm-start.ts';
import { copyProject, type Project } from '../support/project.ts';
import { ROOT } from '../support/run.ts';

let project: Project;
let ports: Ports;

const fileOf = (name: string) => join(project.dir, 'functions', `${name}.ts`);
const startProject = (env = {}): Started =>
  startIn(project.dir, ports, { DATA_DIR: join(project.dir, '.local'), ...env });
const send = (callback: string) => postTo(ports, `/${callback}/callback?token=local`, '{}');

beforeAll(async () => {
  project = copyProject();
  ports = await freePorts();
});
afterAll(() => project.remove());
afterEach(() => cpSync(join(ROOT, 'functions'), join(project.dir, 'functions'), { recursive: true }));

test('a function that throws, cannot be loaded or is not built is a 500 and a red line', async () => {
  const throwing = `export const handler = async () => { throw new Error('out of order\\nsecond line'); };`;
  writeFileSync(fileOf('cc'), throwing);
  writeFileSync(fileOf('icc'), `throw new Error('no settings');`);
  const stack = startProject({ FORCE_COLOR: '1' });
  await isUp(stack);
  rmSync(join(project.dir, `.esbuild/offline-${ports.http}/.build/functions/pns.cjs`));

  for (const callback of ['cc', 'icc', 'pns']) {
    const response = await send(callback);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('{"message":"Internal Server Error"}');
  }
  const red = (text: string) =>
    shows(`\u001b[31mfailed      \u001b[39m  ${text}  see .local/functions.log\n`, stack);
  await red('cc  Error: out of order');
  await red('icc  Error: no settings');
  await red('pns  it is not built');
  const log = readFileSync(join(project.dir, '.local', 'functions.log'), 'utf8');
  expect(log).toMatch(/Error: out of order\nsecond line\n\s+at /);
});

test('takes up a change of a function while it runs, and tells where one cannot be built', async () => {
  const stack = startProject();
  const source = readFileSync(fileOf('pns'), 'utf8');
  // Again and again: the files are watched only some time after the stack is up.
  const change = (text: string, told: string) =>
    vi.waitUntil(
      () => {
        if (!stack.output().includes(told)) writeFileSync(fileOf('pns'), text);
        return stack.output().includes(told);
      },
      { timeout: 30_000, interval: 3_000 },
    );
  const answer = async () => (await postPns(ports, { id: 1 })).json();
  await isUp(stack);
  expect(await answer()).toEqual({ status: 'accepted', id: 'pns#1' });

  await change(
    `export const handler = async () => ({ statusCode: 200, body: '"changed"' });`,
    'reloaded      the functions',
  );
  await vi.waitFor(async () => expect(await answer()).toBe('changed'), { timeout: 10_000, interval: 200 });
  await change(`${source};;const x = ;`, 'not built     functions/pns.ts:');
  expect(await answer()).toEqual({ message: 'Internal Server Error' });
  await shows('failed        pns  it is not built', stack);
  writeFileSync(fileOf('pns'), source);
  await vi.waitFor(async () => expect(await answer()).toMatchObject({ status: 'accepted' }), {
    timeout: 10_000,
    interval: 200,
  });
});

test('builds nothing when a file changes that no function is built of', async () => {
  const stack = startProject();
  await isUp(stack);
  const files = ['app.log', 'notes.ts', 'local/notes.ts', 'test/notes.ts'].map((file) =>
    join(project.dir, file),
  );
  const writing = setInterval(() => {
    for (const file of files) appendFileSync(file, '// a line\n');
  }, 20);
  onTestFinished(() => clearInterval(writing));
  const shared = join(project.dir, 'shared', 'callbacks', 'pns.ts');
  // The watcher is there as soon as it sees this.
  await vi.waitUntil(
    () => {
      if (!stack.output().includes('reloaded')) appendFileSync(shared, '\n');
      return stack.output().includes('reloaded');
    },
    { timeout: 30_000, interval: 3_000 },
  );
  const reloads = () => stack.output().split('reloaded').length;
  const before = reloads();
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, id) => (await postPns(ports, { id: 1000 + id })).status),
  );

  expect(new Set(answers)).toEqual(new Set([200]));
  expect(reloads()).toBe(before);
});
