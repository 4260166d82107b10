import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts, type Ports } from '../../infrastructure/ports.ts';
import { onStageLocal, wayOf } from '../support/documented-commands.ts';
import { problemsOf } from '../support/documented-options.ts';
import { commandsOf, DOCUMENTS, mentionsOf, type Typed } from '../support/documents.ts';
import { machineToken } from '../support/machine-token.ts';
import { dataDir, isUp, postPns, startIn } from '../support/npm-start.ts';
import { plainEnvironment, ROOT, run } from '../support/run.ts';
import { type Ended, follow, type } from '../support/shell.ts';
import { until } from '../support/until.ts';
import { type Endpoint, startEndpoint } from '../support/webhook-endpoint.ts';

const documents = DOCUMENTS.map((page) => ({ page, commands: commandsOf(page) }));
const runs = ({ command }: Typed) => ['run', 'follow'].includes(wayOf(command) ?? '');

test('how each command of the documents is looked at is decided', () => {
  const all = documents.flatMap(({ commands }) => commands);

  expect(all.filter(({ command }) => wayOf(command) === undefined)).toEqual([]);
  expect(all.filter(runs).length).toBeGreaterThan(20);
});

test.each(documents)('$page names scripts that there are, and options that they take', async (document) => {
  const typed = [...document.commands, ...mentionsOf(document.page)];
  const problems = typed.map(async ({ at, command }) =>
    (await problemsOf(command)).map((problem) => `${at}: ${problem}: ${command}`),
  );

  expect((await Promise.all(problems)).flat()).toEqual([]);
});

// Other pages take the token and the address from there.
const API_PAGE = 'docs/api.md';
const signIn = commandsOf(API_PAGE).filter(({ command }) => /^(TOKEN|API)=/.test(command));

const WEBHOOK_SECRET = `whsec_${Buffer.alloc(24, 'docs').toString('base64')}`;

const TOOLS = ['bash', 'curl', 'jq', 'npm'];
const missing = TOOLS.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (missing.length > 0) {
  process.stderr.write(
    `${missing.join(', ')} not installed, so the commands of the documents are not run.\n`,
  );
}

describe.skipIf(missing.length > 0)('beside a local stack with the calls of the demo', () => {
  let ports: Ports;
  let env: NodeJS.ProcessEnv;
  let endpoint: Endpoint;
  const buildFolder = `.esbuild/docs-${process.pid}`;
  afterAll(() => {
    endpoint?.stop();
    rmSync(join(ROOT, buildFolder), { recursive: true, force: true });
  });

  beforeAll(async () => {
    ports = await freePorts();
    const variables = Object.entries(ports).map(([name, port]) => [`${name.toUpperCase()}_PORT`, `${port}`]);
    env = plainEnvironment({
      ...Object.fromEntries(variables),
      BUILD_FOLDER: buildFolder,
      npm_config_update_notifier: 'false',
      npm_config_logs_max: '0',
    });
    endpoint = await startEndpoint(WEBHOOK_SECRET);
    await isUp(startIn(ROOT, ports, { WEBHOOK_URLS: endpoint.url, WEBHOOK_SECRET }));
    const sample = JSON.parse(readFileSync(join(ROOT, 'events', 'pns.json'), 'utf8'));
    await postPns(ports, JSON.parse(sample.body));
    const { code, output } = await run(process.execPath, ['commands/demo.ts', '--days', '1'], env);
    expect(code, output).toBe(0);
  }, 600_000);

  test.each(documents.filter(({ commands }) => commands.some(runs)))(
    'the commands of $page work, one after the other',
    async ({ page, commands }) => {
      const folder = join(dataDir, page.replaceAll('/', '-'));
      mkdirSync(folder);
      await testCallIsThere(ports);
      const session = [...(page === API_PAGE ? [] : signIn), ...commands.filter(runs)];
      const variables = session.flatMap(({ command }) => /^([A-Z]+)=/.exec(command)?.[1] ?? []);
      for (const typed of session) {
        const command = here(typed.command, ports);
        const ended = await (wayOf(typed.command) === 'follow'
          ? follow(command, folder, env, { text: `pns#${SERIES}`, provoke: () => callEnds(ports) })
          : type(command, folder, env, variables));
        expect(problemsWith(ended, typed), `${typed.at}: ${command}\n${ended.output}`).toEqual([]);
      }
    },
    1_200_000,
  );
});

/** The call that the page of the API removes. */
const testCallIsThere = async (ports: Ports) => {
  await postPns(ports, { callId: 'nxcloud-test-1', caller: '85255500142', duration: 6 });
  const authorization = `Bearer ${await machineToken(`http://127.0.0.1:${ports.oidc}`)}`;
  const url = `http://127.0.0.1:${ports.http}/api/call?pk=pns%23call:nxcloud-test-1`;
  await until(async () => (await fetch(url, { headers: { authorization } })).ok);
};

const here = (command: string, { http, oidc }: Ports): string =>
  onStageLocal(command)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${http}`)
    .replaceAll('127.0.0.1:3003', `127.0.0.1:${oidc}`);

// A key so short that no table cuts it.
const SERIES = 7_000;
let calls = 0;

/** A call that every filter of the documents finds. */
const callEnds = (ports: Ports) => {
  const now = Math.floor(Date.now() / 1000);
  const parties = { caller: '85235757581', callee: '85238533300' };
  const times = { startAt: now - 9, answerAt: now - 6, hangupAt: now, duration: 6 };
  return postPns(ports, { id: SERIES * 10_000 + calls++, ...parties, ...times });
};

/** An error is expected only if the comment of the command names its status. */
const problemsWith = ({ code, statuses }: Ended, { comment }: Typed): string[] => [
  ...(code === 0 ? [] : [`ended with ${code}`]),
  ...statuses
    .filter((status) => status >= 400 && !comment.includes(`${status}`))
    .map((status) => `status ${status}`),
];
