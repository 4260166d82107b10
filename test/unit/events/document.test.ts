import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { openApi } from '../../../shared/api/openapi.ts';
import { EVENT_TYPES } from '../../../shared/events/call-event.ts';
import { eventOf } from '../../../shared/events/event.ts';
import { callItem } from '../../support/call-items.ts';

type Hook = { post: { requestBody: { content: { 'application/json': { schema: object } } } } };
const { components, webhooks } = JSON.parse(JSON.stringify(openApi())) as {
  components: object;
  webhooks: Record<string, Hook>;
};

const ajv = addFormats.default(new Ajv2020({ strict: false }));

/** Whether the document says that a webhook can be sent this. */
const allows = (type: string, body: unknown): boolean =>
  ajv.validate({ ...webhooks[type]?.post.requestBody.content['application/json'].schema, components }, body);

const begun = callItem(1);
const ended = callItem(1, { endedAt: '2026-11-26T08:00:09.000Z', rev: 2, legs: [{ leg: 'caller' }] });
const EVENTS = {
  'call.started': eventOf(undefined, begun, new Date()),
  'call.ended': eventOf(begun, ended, new Date()),
  'call.updated': eventOf(ended, { ...ended, status: 'voicemail', rev: 3 }, new Date()),
};

test('the OpenAPI document has a webhook for each type of event, and no other', () => {
  expect(Object.keys(webhooks).sort()).toEqual([...EVENT_TYPES].sort());
});

describe.each(EVENT_TYPES)('the webhook %s', (type) => {
  test('describes the events of that type as they are sent', () => {
    expect(EVENTS[type]?.type).toBe(type);
    expect(EVENT_TYPES.filter((other) => allows(type, EVENTS[other]))).toEqual([type]);
  });

  test('allows no event without an id, or with an invalid call', () => {
    const { id: _, ...nameless } = EVENTS[type] ?? {};

    expect(allows(type, nameless)).toBe(false);
    expect(allows(type, { ...EVENTS[type], data: { pk: 'pns#1' } })).toBe(false);
  });
});
