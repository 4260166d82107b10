import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { freePorts, type Ports } from '../../infrastructure/ports.ts';
import { isUp, postPns, postTo, type Started, shows, startIn } from '../support/npm-start.ts';
import { copyProject, type Project } from '../support/project.ts';
import { ROOT } from '../support/run.ts';
import { eventually } from '../support/until.ts';

let project: Project;
let ports: Ports;

const fileOf = (name: string) => join(project.dir, 'functions', `${name}.ts`);
const startProject = async (env = {}): Promise<Started> => {
  ports = await freePorts();
  const stack = startIn(project.dir, ports, { DATA_DIR: join(project.dir, '.local'), ...env });
  onTestFinished(async () => {
    stack.child.kill('SIGKILL');
    await stack.exit;
  });
  return stack;
};
const send = (callback: string) => postTo(ports, `/${callback}/callback?token=local`, '{}');

/**
 * Changes something again and again until it is told: files are watched only some time after the
 * stack is up.
 */
const untilTold = (stack: Started, told: string, change: () => void) =>
  vi.waitUntil(
    () => {
      const isTold = stack.output().includes(told);
      if (!isTold) change();
      return isTold;
    },
    { timeout: 150_000, interval: 3_000 },
  );

beforeAll(() => {
  project = copyProject();
});
afterAll(() => project.remove());
afterEach(() => cpSync(join(ROOT, 'functions'), join(project.dir, 'functions'), { recursive: true }));

test('a function that throws, cannot be loaded or is not built is a 500 and a red line', async () => {
  const throwing = `export const handler = async () => { throw new Error('out of order\\nsecond line'); };`;
  writeFileSync(fileOf('cc'), throwing);
  writeFileSync(fileOf('icc'), `throw new Error('no settings');`);
  const stack = await startProject({ FORCE_COLOR: '1' });
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

test('a function that cannot be built when the stack starts is reported with its location', async () => {
  appendFileSync(fileOf('icc'), 'const x = ;');
  const stack = await startProject();
  await stack.exit;

  expect(stack.child.exitCode).toBe(1);
  expect(stack.output()).toMatch(/functions\/icc\.ts:\d+:10: ERROR: Unexpected ";"/);
  expect(stack.output()).not.toMatch(/\n\s+at /);
});

test('reloads a changed function, and prints where one cannot be built', async () => {
  const stack = await startProject();
  const source = readFileSync(fileOf('pns'), 'utf8');
  const change = (text: string, told: string) =>
    untilTold(stack, told, () => writeFileSync(fileOf('pns'), text));
  const answer = async () => (await postPns(ports, { id: 1 })).json();
  await isUp(stack);
  expect(await answer()).toEqual({ status: 'accepted', id: 'pns#1' });

  await change(
    `export const handler = async () => ({ statusCode: 200, body: '"changed"' });`,
    'reloaded      the functions',
  );
  await eventually(async () => expect(await answer()).toBe('changed'));
  await change(`${source};;const x = ;`, 'not built     functions/pns.ts:');
  expect(await answer()).toEqual({ message: 'Internal Server Error' });
  await shows('failed        pns  it is not built', stack);
  writeFileSync(fileOf('pns'), source);
  await eventually(async () => expect(await answer()).toMatchObject({ status: 'accepted' }));
});

test('builds nothing when a file changes that no function uses', async () => {
  const stack = await startProject();
  await isUp(stack);
  const files = ['app.log', 'notes.ts', 'local/notes.ts', 'test/notes.ts'].map((file) =>
    join(project.dir, file),
  );
  const writing = setInterval(() => {
    for (const file of files) appendFileSync(file, '// a line\n');
  }, 20);
  onTestFinished(() => clearInterval(writing));
  const shared = join(project.dir, 'shared', 'callbacks', 'pns.ts');
  const began = Date.now();
  await untilTold(stack, 'reloaded', () => appendFileSync(shared, '\n'));
  const severalBuildsMs = 3 * Math.max(3_000, Date.now() - began);
  const reloads = () => stack.output().split('reloaded').length;

  // Of several changes the last may still be on its way.
  await eventually(async () => {
    const before = reloads();
    for (const end = Date.now() + severalBuildsMs; Date.now() < end; )
      expect((await postPns(ports, { id: 1000 })).status).toBe(200);
    expect(reloads()).toBe(before);
  });
});
