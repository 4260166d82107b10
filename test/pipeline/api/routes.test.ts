import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, expect, test } from 'vitest';
import { ask, get, post, storeCall } from '../../support/api.ts';
import { useOwnTables } from '../../support/own-tables.ts';

beforeAll(() => useOwnTables('api-routes'));

test('GET /api/agents counts the calls of each agent of a period', async () => {
  const startTime = Date.UTC(2025, 0, 2);
  for (const [n, agentName] of ['Wang', 'wang', 'Zhou', undefined].entries())
    await storeCall('cc', { callId: `agent-${n}`, agentName, startTime: startTime + n });

  expect(await get('/api/agents', { from: '2025-01-01', to: '2025-01-03' })).toMatchObject({
    status: 200,
    body: {
      agents: [
        { key: 'name:wang', agentName: 'wang', calls: 2 },
        { key: 'name:zhou', agentName: 'Zhou', calls: 1 },
      ],
    },
  });
  expect(await get('/api/agents', 'number=1')).toMatchObject({
    status: 400,
    body: { issues: [{ path: 'number' }] },
  });
});

test('GET /config.json says how to sign in', async () => {
  Object.assign(process.env, {
    OIDC_ISSUER: 'https://issuer',
    OIDC_CLIENT_ID: 'page',
    OIDC_SCOPE: 'calls/read',
    STAGE: 'local',
  });

  expect((await get('/config.json')).body).toEqual({
    issuer: 'https://issuer',
    clientId: 'page',
    scope: 'calls/read',
    stage: 'local',
    zone: 'Asia/Shanghai',
  });
});

test('GET /api/openapi.json is OpenAPI 3.1', async () => {
  const { body } = await get('/api/openapi.json');
  const validator = new Validator();

  expect(await validator.validate(body)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
  expect(Object.keys(body.paths)).toEqual([
    '/api/calls',
    '/api/call',
    '/api/agents',
    '/api/report',
    '/api/exports',
    '/api/recording',
    '/api/status',
    '/api/openapi.json',
    '/config.json',
  ]);
});

test.each(['/api/typo', '/api/calls/', '/api', '/cc/callback'])('%s is not a route', async (path) => {
  expect(await get(path)).toMatchObject({ status: 404, body: { error: 'not_found' } });
});

test.each(['/api/calls', '/api/agents', '/api/openapi.json'])('%s accepts only reads', async (path) => {
  expect(await post(path, {})).toMatchObject({ status: 404, body: { error: 'not_found' } });
  expect(await ask('DELETE', path)).toMatchObject({ status: 404, body: { error: 'not_found' } });
});
