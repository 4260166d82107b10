import { expect, test } from 'vitest';
import { bodyOf, reception } from '../support/calls.ts';

const keyOf = (callback: string, body: string | object): string => {
  const { accepted, item } = reception(callback, body);
  return accepted ? item.pk : 'rejected';
};

test('keeps two ids that differ in the last of 19 digits apart', () => {
  expect(keyOf('pns', '{"id":9223372036854775806}')).toBe('pns#9223372036854775806');
  expect(keyOf('pns', '{"id":9223372036854775807}')).toBe('pns#9223372036854775807');
});

test.each([
  '9007199254740993',
  '"9007199254740993"',
  '"+9007199254740993"',
  '"009007199254740993"',
  '9007199254740993.0',
])('reads every notation of a long as the same id: %s', (id) => {
  expect(keyOf('pns', `{"id":${id}}`)).toBe('pns#9007199254740993');
});

test.each([
  ['cc', { callId: 'a/b@203.0.113.7' }, 'cc#a/b@203.0.113.7'],
  ['cc', { callId: 4711 }, 'cc#4711'],
  ['icc', { data: { id: 'i-1' } }, 'icc#i-1'],
  ['icc', { data: '{"id":"i-1"}' }, 'icc#i-1'],
  ['pns', { id: 4711, callId: 'c' }, 'pns#4711'],
  ['pns', { callId: '4711' }, 'pns#call:4711'],
  ['pns', { id: 0, callId: '4711' }, 'pns#call:4711'],
  ['pns', { id: null, callId: '4711' }, 'pns#call:4711'],
  ['pns', { id: 'no long', callId: '4711' }, 'pns#call:4711'],
  ['pns', { requestId: '4711', code: 10013 }, 'pns#notice:4711'],
  ['predictive', { uuid: 'u-1', agentid: 'a-1' }, 'predictive#u-1'],
  ['predictive', { agentid: 'a-1', sipid: 's-1', username: 'n-1' }, 'predictive#agent:a-1'],
  ['predictive', { uuid: ' ', agentid: '', sipid: 1049002, username: 'n-1' }, 'predictive#agent:1049002'],
  ['predictive', { username: 'n-1' }, 'predictive#agent:n-1'],
  ['predictive', { uuid: 'agent:a-1' }, 'predictive#call:agent:a-1'],
  ['predictive', { uuid: 'call:agent:a-1' }, 'predictive#call:call:agent:a-1'],
])('identifies %s %j as %s', (callback, body, key) => {
  expect(keyOf(callback, body)).toBe(key);
});

test.each([
  ['cc', { callId: ' ' }, 'callId'],
  ['cc', { callId: { a: 1 } }, 'callId'],
  ['cc', { callId: 'x'.repeat(1025) }, 'callId'],
  ['icc', { data: { id: '\t' } }, 'data.id'],
  ['icc', { data: {} }, 'data.id'],
  ['icc', { data: 'no JSON' }, 'data'],
  ['icc', {}, 'data.id'],
  ['pns', { id: 0, caller: '85235757583' }, 'id'],
  ['pns', { id: '00', callId: '  ' }, 'id'],
  ['predictive', { type: 1, state: 2, time: 1558678152815399, uuid: ' ', agentid: '\n' }, 'uuid'],
])('refuses a body without an identity: %s %j', (callback, body, path) => {
  const { accepted, issues } = reception(callback, body);

  expect(accepted).toBe(false);
  expect(issues.map((issue) => issue.path)).toEqual([path]);
});

test.each([
  ['', 'is empty'],
  ['\ufeff ', 'is empty'],
  ['[]', 'is not a JSON object'],
  ['7', 'is not a JSON object'],
  ['null', 'is not a JSON object'],
  ['"text"', 'is not a JSON object'],
  ['{"callId":', 'is not JSON, it ends too early'],
  ['{"callId":1,}', 'is not JSON at position 12'],
])('refuses a body that is no delivery: %j', (body, message) => {
  expect(reception('cc', body)).toMatchObject({ accepted: false, issues: [{ path: '', message }] });
});

test('keeps a refused body for 30 days from its arrival, under its digest', () => {
  const { item } = reception('cc', '[]', 7);

  expect(item).toMatchObject({ pk: 'rejected#cc', sk: item.bodyHash, body: '[]', source: 'callback' });
  expect(item).toMatchObject({ expiresAt: Date.parse(item.receivedAt) / 1000 + 30 * 86_400 });
});

test('distinguishes deliveries of a call by the digest of their bodies', () => {
  const { item } = reception('cc', bodyOf('cc', {}));

  expect(item.sk).toBe(`body#${item.bodyHash.slice(0, 16)}`);
});
