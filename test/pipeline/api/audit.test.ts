import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { refOf } from '../../../shared/deliveries/ref.ts';
import { logger } from '../../../shared/telemetry/logger.ts';
import { get, storeCall } from '../../support/api.ts';
import { deliveries } from '../../support/calls.ts';
import { useOwnTables } from '../../support/own-tables.ts';

beforeAll(() => useOwnTables('api-audit'));
afterEach(() => vi.restoreAllMocks());

/** What is logged from now on. */
const watch = () => {
  const lines: unknown[][] = [];
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    vi.spyOn(logger, level).mockImplementation((...line: unknown[]) => {
      lines.push(line);
    });
  return lines;
};

test('has a line with the reader for each opened call and each shown body, and none for a list; never a number or a name', async () => {
  const secrets = ['85212340001', '85212340002', 'Confidential', '4400012345'];
  const [caller, callee, agentName, id] = secrets;
  const pk = await storeCall('pns', { id, callId: 'c', caller, callee, startAt: 1_700_000_000, agentName });
  const [item] = deliveries('pns', [{ id, callId: 'c', caller, callee, startAt: 1_700_000_000, agentName }]);
  const lines = watch();
  await get('/api/calls', { from: '2026-11-01', number: caller ?? '' });
  await get('/api/calls', { number: caller ?? '', agent: agentName ?? '', direction: caller ?? '' });
  await get('/api/agents', 'from=2026-11-01');
  await get('/api/call', { pk: `pns#${callee}` });
  await get('/api/call', { pk });
  await get('/api/call', { pk, sk: item?.sk ?? '' });
  const who = { sub: 'reader-1', ref: refOf(pk), calls: 1, requestId: 'request-1' };

  expect(lines).toEqual([
    ['audit', { ...who, action: 'call' }],
    ['audit', { ...who, action: 'body', sk: item?.sk }],
  ]);
  expect(secrets.filter((secret) => JSON.stringify(lines).includes(secret))).toEqual([]);
});

test("says why the API cannot answer, without the request's values", async () => {
  const lines = watch();
  vi.stubEnv('CALLS_TABLE', 'away');
  await get('/api/calls', { number: '85212340001' });
  vi.unstubAllEnvs();

  expect(lines).toEqual([
    ['unavailable', { route: '/api/calls', reason: 'ResourceNotFoundException 400', requestId: 'request-1' }],
  ]);
});
