import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliver } from '../../../shared/events/deliver.ts';
import { latestEventOf } from '../../../shared/events/event.ts';
import { callItem } from '../../support/call-items.ts';
import { plainEnvironment, ROOT } from '../../support/run.ts';
import { until } from '../../support/until.ts';

const secretOf = (text: string) => `whsec_${Buffer.from(text).toString('base64')}`;
const SECRET = secretOf('a secret of twenty-four.');
const OTHER = secretOf('the secret of somebody..');

const PAGE = readFileSync(join(ROOT, 'docs', 'events.md'), 'utf8');

/** The only block of code in this language. */
const codeIn = (language: string): string => {
  const [block, other] = PAGE.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'));
  expect(other).toBeUndefined();
  return block?.[1] ?? '';
};

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) process.stderr.write('python3 is not installed, so the receiver in it is not run.\n');

const RECEIVERS = [
  { language: 'js', file: 'receiver.mjs', command: process.execPath, isThere: true },
  { language: 'python', file: 'receiver.py', command: 'python3', isThere: hasPython },
];

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const event = latestEventOf(callItem(1, { endedAt: '2026-11-26T08:00:09.000Z', agentName: '王小明' }));
const sent = { id: event.id, body: JSON.stringify(event) };

describe.for(RECEIVERS.filter(({ isThere }) => isThere))(
  'the receiver in $language of docs/events.md',
  ({ language, file, command }) => {
    let folder: string;
    let child: ChildProcess;
    let url: URL;
    let output = '';
    beforeAll(async () => {
      const port = await freePort();
      url = new URL(`http://127.0.0.1:${port}/hook`);
      folder = mkdtempSync(join(tmpdir(), 'receiver-'));
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      writeFileSync(join(folder, file), codeIn(language).replace('9000', String(port)));
      const env = plainEnvironment({
        WEBHOOK_SECRET: SECRET,
        PYTHONPATH: join(ROOT, 'test', 'support', 'python'),
        PYTHONDONTWRITEBYTECODE: '1',
      });
      child = spawn(command, [join(folder, file)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
      await until(() => {
        if (child.exitCode !== null) throw new Error(output);
        return fetch(url).then(
          () => true,
          () => false,
        );
      });
    });
    afterAll(() => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    });

    const send = (secrets: string[]) => deliver(url, sent, { secrets, takesLoopback: true });

    test('accepts an event and can read it', async () => {
      expect(await send([SECRET])).toBe(204);
      await until(() => output.includes('call.ended pns#1 1'));
    });

    test('accepts an event during a rotation of the secret', async () => {
      expect(await send([OTHER, SECRET])).toBe(204);
    });

    test('refuses what somebody else has signed', async () => {
      await expect(send([OTHER])).rejects.toThrow('status 400');
    });
  },
);
