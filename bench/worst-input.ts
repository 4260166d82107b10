import { fork } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { BAD_BODIES, BAD_FORMS, withForm } from '../fixtures/bad-bodies.ts';

/** What a caller's body under the cap costs a warm receiver: median and highest CPU milliseconds of several calls. */
export type Cost = { body: string; bytes: number; cpuMs: number; highestMs: number };

export const LIMIT_MS = 50;
const CAP = 128 * 1024;
const WARM_UP = 30;
const CALLS = 7;

/** Measures every bad body against the real handlers, in front of an SQS that confirms at once. */
export const measureWorstInput = async (): Promise<Cost[]> => {
  const sqs = await startSqs();
  const digest = hash('sha256', 'local');
  Object.assign(process.env, {
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    QUEUE_URL: `${sqs.endpoint}/000000000000/calls`,
    CC_TOKEN_SHA256: digest,
    ICC_TOKEN_SHA256: digest,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  const { handler: cc } = await import('../functions/cc.ts');
  const { handler: icc } = await import('../functions/icc.ts');
  const cases = [
    ...Object.entries(BAD_BODIES).map(([body, text]) => ({
      body,
      handler: cc,
      bytes: Buffer.from(text as string),
    })),
    ...Object.entries(BAD_FORMS).map(([body, form]) => ({
      body,
      handler: icc,
      bytes: Buffer.from(withForm('1', form)),
    })),
  ].filter(({ bytes }) => bytes.length <= CAP);

  const call = async ({ handler, bytes }: (typeof cases)[number]): Promise<number> => {
    const event = {
      headers: { token: 'local' },
      requestContext: { http: { sourceIp: '127.0.0.1' } },
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    } as unknown as APIGatewayProxyEventV2;
    const before = process.cpuUsage();
    const { statusCode } = await handler(event, { awsRequestId: 'bench' } as Context);
    const { user, system } = process.cpuUsage(before);
    if (statusCode !== 200 && statusCode !== 400) throw new Error(`answered ${statusCode}`);
    return (user + system) / 1000;
  };

  const [ordinary] = cases;
  for (let n = 0; ordinary && n < WARM_UP; n++) await call(ordinary);
  const costs: Cost[] = [];
  for (const given of cases) {
    const times: number[] = [];
    for (let n = 0; n < CALLS; n++) times.push(await call(given));
    times.sort((a, b) => a - b);
    const [cpuMs = 0, highestMs = 0] = [times[CALLS >> 1], times.at(-1)];
    costs.push({ body: given.body, bytes: given.bytes.length, cpuMs, highestMs });
  }
  sqs.stop();
  return costs.sort((a, b) => b.cpuMs - a.cpuMs);
};

const startSqs = async () => {
  const child = fork(join(import.meta.dirname, 'confirming-sqs.ts'));
  const [port] = await once(child, 'message');
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => child.disconnect() };
};

if (import.meta.main) {
  const costs = await measureWorstInput();
  const width = Math.max(...costs.map(({ body }) => body.length));
  const cell = (value: number, digits: number) => value.toFixed(digits).padStart(9);
  const lines = costs.map(
    ({ body, bytes, cpuMs, highestMs }) =>
      `${body.padEnd(width)}${cell(bytes, 0)}${cell(cpuMs, 1)}${cell(highestMs, 1)}`,
  );
  const header = `${'body'.padEnd(width)}    bytes   CPU ms  highest`;
  process.stdout.write(`${header}\n${lines.join('\n')}\n`);
  const [worst] = costs;
  if (worst && worst.cpuMs > LIMIT_MS) {
    process.exitCode = 1;
    process.stderr.write(`\n${worst.body} takes more than ${LIMIT_MS} ms.\n`);
  }
}
