import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, expect, inject, test } from 'vitest';
import type { CallEvent } from '../../../shared/events/call-event.ts';
import type { WebhookJob } from '../../../shared/events/job.ts';
import { finish, LOCAL, start } from '../../support/commands.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { callAt, post, sqs } from '../../support/pipeline.ts';
import { plainEnvironment } from '../../support/run.ts';

const { sqsEndpoint } = inject('stack');
const ports = inject('ports');
const env = plainEnvironment({ SQS_PORT: String(ports.sqs), DYNAMODB_PORT: String(ports.dynamodb) });

const ENDPOINTS = ['0a1b2c3d', '4e5f6071'];
const queueUrl = (endpoint: string) =>
  `${sqsEndpoint}/000000000000/nxcloud-callbacks-local-webhook-${endpoint}`;

/** Two endpoints, as the stage has them that was deployed with their URLs. */
const openEndpoints = () =>
  Promise.all(
    ENDPOINTS.map((endpoint) =>
      sqs.send(new CreateQueueCommand({ QueueName: `nxcloud-callbacks-local-webhook-${endpoint}` })),
    ),
  );
afterEach(async () => {
  for (const endpoint of ENDPOINTS) {
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl(endpoint) })).catch(() => {});
  }
});

/** Calls of a day that no other test has. */
const ofDay = (day: string) => {
  const period = ['--since', day, '--until', `${day}T23:59Z`];
  return {
    ring: async (id: string, fields: object = {}) => {
      await post('cc', { callId: id, startTime: Date.parse(`${day}T12:00:00Z`), ...fields });
      await callAt(`cc#${id}`);
    },
    republish: (...args: string[]) => finish(start('republish', [...period, ...args], { env })),
    republishAt: (port: string, ...args: string[]) =>
      finish(start('republish', [...period, ...args], { env: { ...env, SQS_PORT: port } })),
  };
};

const queued = async (endpoint: string): Promise<CallEvent[]> => {
  const found: CallEvent[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl(endpoint), MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return found;
    for (const { Body = '' } of Messages) {
      const job = JSON.parse(Body) as WebhookJob;
      expect(job.endpoint).toBe(endpoint);
      found.push(JSON.parse(job.body) as CallEvent);
    }
  }
};

const keysOf = (events: CallEvent[]) => events.map(({ data }) => data.pk).sort();

test("sends each call's present state to every endpoint, and the same again", async () => {
  await openEndpoints();
  const { ring, republish } = ofDay('2023-04-01');
  for (let n = 0; n < 25; n++) await ring(`republish-${n}`, { caller: '85235757581' });
  const { code, output } = await republish();
  const [first, second] = await Promise.all(ENDPOINTS.map(queued));
  await republish();
  const [again] = await Promise.all(ENDPOINTS.map(queued));

  expect({ code, output }).toEqual({ code: 0, output: `${LOCAL}Sent 25 events to 2 endpoints.\n` });
  expect(keysOf(first ?? [])).toEqual(Array.from({ length: 25 }, (_, n) => `cc#republish-${n}`).sort());
  const byKey = (events: CallEvent[] = []) => new Map(events.map((event) => [event.data.pk, event]));
  expect(byKey(second)).toEqual(byKey(first));
  expect(byKey(again)).toEqual(byKey(first));
});

test('sends only the calls that match', async () => {
  await openEndpoints();
  const { ring, republish } = ofDay('2023-04-02');
  await ring('chosen', { caller: '85235757581' });
  await ring('not-chosen', { caller: '85238533300' });
  const { output } = await republish('--number', '35757581', '--callback', 'cc', '--json');

  expect(JSON.parse(output)).toEqual({ stage: 'local', sent: 1, found: 1, endpoints: 2, bus: null });
  expect(keysOf(await queued(ENDPOINTS[0] ?? ''))).toEqual(['cc#chosen']);
});

test('--dry-run only prints how many there are', async () => {
  await openEndpoints();
  const { ring, republish } = ofDay('2023-04-03');
  await ring('dry');
  const { code, output } = await republish('--dry-run');

  expect({ code, output }).toEqual({ code: 0, output: `${LOCAL}Would send 1 event to 2 endpoints.\n` });
  expect(await queued(ENDPOINTS[0] ?? '')).toEqual([]);
});

test('stops at a queue that refuses, and says so', async () => {
  await openEndpoints();
  const { ring, republishAt } = ofDay('2023-04-04');
  await ring('refused');
  const proxy = await startFaultProxy(sqsEndpoint);
  proxy.faultOf = ({ action }) => (action === 'SendMessageBatch' ? 'error' : undefined);
  const { code, output, errors } = await republishAt(new URL(proxy.endpoint).port);
  await proxy.stop();

  expect(code).toBe(1);
  expect(output).toContain('Sent 0 events to 2 endpoints.');
  expect(errors).toMatch(/^Stopped: queue \w+ does not answer: .*Run it again/);
});

test('says how to set up a receiver of events if there is none', async () => {
  const { code, errors } = await ofDay('2023-04-05').republish();

  expect(code).toBe(1);
  expect(errors).toMatch(/^Stage local has no receiver of events: start it with WEBHOOK_URLS/);
});

test.each([
  [[], /^Usage: npm run republish/],
  [['--since', 'yesterday'], /^--since yesterday is not a date/],
  [['--since', '2026-11-02', '--until', '2026-11-01'], /must be before/],
  [['--since', '2026-11-01', '--callback', 'sms'], /^There is no callback sms/],
  [['--since', '2026-11-01', '--number', '!!'], /^--number '!!' must be a number or a name/],
])('says what is wrong with %j', async (args, message) => {
  const { code, errors } = await finish(start('republish', args, { env }));

  expect(code).toBe(1);
  expect(errors).toMatch(message);
});
