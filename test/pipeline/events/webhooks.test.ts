import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts, type Ports } from '../../../infrastructure/ports.ts';
import { isUp, postPns, postTo, type Started, shows, startIn } from '../../support/npm-start.ts';
import { ROOT } from '../../support/run.ts';
import { until } from '../../support/until.ts';
import { type Endpoint, startEndpoint } from '../../support/webhook-endpoint.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four.').toString('base64')}`;
const FORMER = `whsec_${Buffer.from('the secret of yesterday!').toString('base64')}`;

const CALL = { caller: '85235757583', callee: '85238533300', startAt: 1_760_000_000, duration: 6 };

let healthy: Endpoint;
let former: Endpoint;
let slow: Endpoint;
let ports: Ports;
let stack: Started;

beforeAll(async () => {
  healthy = await startEndpoint(SECRET);
  former = await startEndpoint(FORMER);
  // It never answers.
  slow = await startEndpoint(SECRET, () => {});
  ports = await freePorts();
  stack = startIn(ROOT, ports, {
    WEBHOOK_URLS: [healthy, former, slow].map(({ url }) => url).join(','),
    WEBHOOK_SECRET: `${SECRET},${FORMER}`,
  });
  await isUp(stack);
});
afterAll(() => {
  for (const endpoint of [healthy, former, slow]) endpoint?.stop();
});

const eventsOf = ({ sent }: Endpoint, pk: string) =>
  sent.map(({ event }) => event).filter(({ data }) => data.pk === pk);

describe('with endpoints, npm start', () => {
  test('sends the events of a call to each, signed by every secret', async () => {
    await postPns(ports, { id: 1, ...CALL, hangupAt: 1_760_000_010 });
    await until(() => eventsOf(healthy, 'pns#1').length > 0 && eventsOf(former, 'pns#1').length > 0);

    const [event] = eventsOf(healthy, 'pns#1');
    expect(event).toMatchObject({
      type: 'call.ended',
      data: { pk: 'pns#1', caller: '85235757583', talkSeconds: 6, rev: 1 },
    });
    expect(Object.keys(event?.data ?? {})).not.toContain('slot');
    expect(eventsOf(former, 'pns#1')[0]).toEqual(event);
    expect([...healthy.refused, ...former.refused]).toEqual([]);
    await shows(/sent +call\.ended +pns#1 +sent to/, stack);
  });

  test('sends the beginning, the end and the additions of a call', async () => {
    const uuid = 'b1a5f0de-0000-4000-8000-000000000001';
    const happens = (state: string, time: number) =>
      postTo(ports, '/predictive/callback?token=local', JSON.stringify({ uuid, type: 'call', state, time }));
    for (const [state, time, count] of [
      ['calling', 1_760_000_000, 1],
      ['answered', 1_760_000_005, 2],
      ['hungup', 1_760_000_009, 3],
    ] as const) {
      await happens(state, time);
      await until(() => eventsOf(healthy, `predictive#${uuid}`).length >= count);
    }

    const events = eventsOf(healthy, `predictive#${uuid}`);
    expect(events.map(({ type }) => type)).toEqual(['call.started', 'call.updated', 'call.ended']);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  test('does not let one endpoint wait for another', async () => {
    for (let id = 100; id < 160; id++) await postPns(ports, { id, ...CALL });

    // None of them has had an answer from the slow one.
    await until(() => healthy.sent.length >= 64);
    expect(slow.sent.length).toBeGreaterThan(0);
  });
});
