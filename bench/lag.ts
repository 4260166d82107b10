import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePorts } from '../infrastructure/ports.ts';
import { startStack } from '../local/stack.ts';
import type { CallEvent } from '../shared/events/call-event.ts';

const USAGE = `Usage: npm run bench:lag -- [--calls <number>] [--rate <number>]

Measures how long it takes on a local stack from a callback to its webhook: sends calls of PNS, and takes them at an endpoint.

  --calls <number>  how many; 200 by default
  --rate <number>   how many a second; 10 by default
`;

const GOAL_MS = 2_000;
const SECRET = `whsec_${Buffer.from('of a benchmark, no secret').toString('base64')}`;
const PATIENCE_MS = 60_000;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '200' },
    rate: { type: 'string', default: '10' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const [calls, rate] = [Number(values.calls), Number(values.rate)];

const takenAt = new Map<string, number>();
const endpoint = createServer(async (request, response) => {
  const { data } = JSON.parse(await text(request)) as CallEvent;
  if (!takenAt.has(data.pk)) takenAt.set(data.pk, performance.now());
  response.writeHead(204).end();
});
await once(endpoint.listen(0, '127.0.0.1'), 'listening');
const { port } = endpoint.address() as AddressInfo;
Object.assign(process.env, { WEBHOOK_URLS: `http://127.0.0.1:${port}/hook`, WEBHOOK_SECRET: SECRET });

const dataDir = mkdtempSync(join(tmpdir(), 'lag-'));
const stack = await startStack({ ports: await freePorts(), dataDir });

const sentAt = new Map<string, number>();
const send = async (id: number): Promise<void> => {
  sentAt.set(`pns#${id}`, performance.now());
  const body = { id, callId: `lag-${id}`, caller: '85235757583', startAt: 1_760_000_000, duration: 6 };
  const response = await fetch(`${stack.urls.pns}?token=local`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (response.status !== 200) throw new Error(`a callback was answered ${response.status}`);
};

/** The lag of a number of calls, in milliseconds, the least first. */
const measure = async (first: number, count: number): Promise<number[]> => {
  const sending: Promise<void>[] = [];
  for (let n = 0; n < count; n++) {
    sending.push(send(first + n));
    await sleep(1_000 / rate);
  }
  await Promise.all(sending);
  const keys = Array.from({ length: count }, (_, n) => `pns#${first + n}`);
  for (const until = Date.now() + PATIENCE_MS; !keys.every((key) => takenAt.has(key)); await sleep(50)) {
    if (Date.now() > until)
      throw new Error(`${keys.filter((key) => !takenAt.has(key)).length} calls were not told`);
  }
  return keys.map((key) => (takenAt.get(key) ?? 0) - (sentAt.get(key) ?? 0)).sort((a, b) => a - b);
};

try {
  // Every function has been loaded then.
  await measure(1, 5);
  const lags = await measure(1_000, calls);
  const at = (part: number) =>
    Math.round(lags[Math.min(lags.length - 1, Math.floor(part * lags.length))] ?? 0);
  const p95 = at(0.95);
  process.stdout.write(
    `${calls} calls, ${rate} a second, from the callback to its webhook: p50 ${at(0.5)} ms, p95 ${p95} ms, longest ${at(1)} ms\n`,
  );
  if (p95 > GOAL_MS) {
    process.stderr.write(`The goal is a p95 of ${GOAL_MS} ms.\n`);
    process.exitCode = 1;
  }
} finally {
  await stack.stop();
  endpoint.close();
  endpoint.closeAllConnections();
  rmSync(dataDir, { recursive: true, force: true });
}
