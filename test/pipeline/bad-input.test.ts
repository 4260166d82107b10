import { hash } from 'node:crypto';
import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayProxyEventV2, Context, SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { BAD_BODIES, BAD_FORMS, withForm } from '../../fixtures/bad-bodies.ts';
import { handler as cc } from '../../functions/cc.ts';
import { handler as consumer } from '../../functions/consumer.ts';
import { handler as icc } from '../../functions/icc.ts';
import { handler as pns } from '../../functions/pns.ts';
import { handler as predictive } from '../../functions/predictive.ts';
import { plainDigits } from '../../shared/payload/numbers.ts';
import { parseJson } from '../../shared/payload/parse-json.ts';
import { logger } from '../../shared/telemetry/logger.ts';
import { callOf } from '../support/calls.ts';
import { DOCUMENTED, documentedBody, type Page } from '../support/documented.ts';
import { useOwnTables } from '../support/own-tables.ts';
import { dynamodb, sqs } from '../support/pipeline.ts';

const CALLBACKS = { cc, predictive, icc, pns };
type Name = keyof typeof CALLBACKS;
const NAMES = Object.keys(CALLBACKS) as Name[];

const CAP = 128 * 1024;
const RUNS: fc.Parameters<unknown> = { seed: 20_261_101, numRuns: 60 };
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 30_000 } as Context;
const { sqsEndpoint } = inject('stack');
const OWN = 'bad-input';
let queueUrl = '';

// A queue and tables that nothing else uses, so that the real consumer can be watched.
beforeAll(async () => {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: OWN }));
  await useOwnTables(OWN);
  queueUrl = sqsEndpoint + new URL(QueueUrl).pathname;
  process.env.QUEUE_URL = queueUrl;
});

type Answered = { name: Name; bytes: Buffer; status: number; body: { id?: string; error?: string } };
const answered: Answered[] = [];

/** Sends a body as API Gateway hands it over, and remembers the answer. */
const send = async (
  name: Name,
  body: string | Uint8Array,
  event: Partial<APIGatewayProxyEventV2> = {},
): Promise<Answered> => {
  const bytes = Buffer.from(body as string);
  const given = {
    headers: { token: 'local' },
    requestContext: { http: { sourceIp: '127.0.0.1' } },
    ...(typeof body === 'string' ? { body } : { body: bytes.toString('base64'), isBase64Encoded: true }),
    ...event,
  } as APIGatewayProxyEventV2;
  const answer = await CALLBACKS[name](given, context);
  // A machine that is busy; the provider sends it again.
  if (answer.statusCode === 503) return send(name, body, event);
  const result = { name, bytes, status: answer.statusCode ?? 0, body: JSON.parse(answer.body ?? '') };
  answered.push(result);
  return result;
};

/** What the receivers hand to the log. */
const logged: string[] = [];
vi.spyOn(logger, 'info').mockImplementation((...entry) => {
  logged.push(JSON.stringify(entry));
});

/** The texts in a value that are long enough to tell something, and are not the name of a field. */
const textsIn = (value: unknown): string[] => {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  const text = JSON.stringify(value)?.replaceAll('"', '') ?? '';
  return text.length > 5 && !/^(true|false|constructor)$/.test(text) ? [text] : [];
};

const expectRegular = ({ status, bytes }: Answered) =>
  expect(bytes.length > CAP ? [413] : [200, 400]).toContain(status);

/** Lets the real consumer take the queue; it has to store every message at the first go. */
const consumeAll = async () => {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return;
    const Records = Messages.map(({ MessageId, Body }) => ({
      messageId: MessageId,
      body: Body,
      eventSource: 'aws:sqs',
    }));
    expect(await consumer({ Records } as SQSEvent, context)).toEqual({ batchItemFailures: [] });
    const Entries = Messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
};

const itemOf = async ({ name, bytes, status, body }: Answered) => {
  const pk = status === 200 ? (body.id ?? '') : `rejected#${name}`;
  const query = {
    TableName: process.env.DELIVERIES_TABLE,
    KeyConditionExpression: 'pk = :pk',
    FilterExpression: 'bodyHash = :hash',
    ExpressionAttributeValues: { ':pk': { S: pk }, ':hash': { S: hash('sha256', bytes) } },
  };
  const items: Record<string, unknown>[] = [];
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
    items.push(...Items.map((item) => unmarshall(item)));
  }
  expect(items).toHaveLength(1);
  return items[0] ?? {};
};

// Whatever a test sent: what was answered 200 or 400 is in the table, byte for byte.
afterEach(async () => {
  await consumeAll();
  const kept = answered.splice(0).filter(({ status }) => status === 200 || status === 400);
  for (const answer of kept) {
    const { body, bodyEncoding = 'utf8' } = await itemOf(answer);
    expect(Buffer.from(body as string, bodyEncoding as BufferEncoding).equals(answer.bytes)).toBe(true);
  }
});

const pageOf = (name: Name): Page => {
  const page = Object.values(DOCUMENTED).find(({ callback }) => callback === name);
  if (page === undefined) throw new Error(`${name} has no page`);
  return page;
};

const sampleWith = (name: Name, changes = {}): string =>
  JSON.stringify(documentedBody(pageOf(name), changes));

const jsonValue = fc.oneof(
  fc.jsonValue({ noUnicodeString: false, depthSize: 'large' }),
  fc.double().map((number) => (Number.isFinite(number) ? number : null)),
  fc.maxSafeInteger(),
  fc.bigInt().map(String),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.constantFrom('', null, 0, -0, -1, '0x10', '1e3', ' 7 ', true, [], {}, '__proto__', 'constructor'),
);

describe.each(NAMES)('%s', (name) => {
  test('answers any JSON value in any documented field', async () => {
    const fields = Object.keys(pageOf(name).fields);
    const replaced = fc.dictionary(fc.constantFrom(...fields), jsonValue, { minKeys: 1, maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(replaced, async (values) => {
        logged.length = 0;
        expectRegular(await send(name, sampleWith(name, values)));
        const log = logged.join();
        expect(log).toContain(name);
        expect(textsIn(values).filter((text) => log.includes(text))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('answers any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ noUnicodeString: false, depthSize: 'large' }), async (json) => {
        expectRegular(await send(name, json));
      }),
      RUNS,
    );
  });

  test('answers any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', size: 'large' }), async (text) => {
        expectRegular(await send(name, text));
      }),
      RUNS,
    );
  });

  test('answers any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ size: 'large' }), async (bytes) => {
        expectRegular(await send(name, bytes));
      }),
      RUNS,
    );
  });

  test('answers any text that claims to be base64', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.base64String(), fc.string({ unit: 'binary' })), async (text) => {
        const event = { body: text, isBase64Encoded: true };
        expectRegular(await send(name, Buffer.from(text, 'base64'), event));
      }),
      RUNS,
    );
  });

  test('answers a documented sample that is cut or changed anywhere', async () => {
    const sample = Buffer.from(sampleWith(name));
    await fc.assert(
      fc.asyncProperty(fc.nat(sample.length), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
        const changed = Buffer.concat([sample.subarray(0, at), Buffer.from([byte]), sample.subarray(at + 1)]);
        expectRegular(await send(name, cut ? sample.subarray(0, at) : changed));
      }),
      RUNS,
    );
  });

  test('reads the token header in any casing, and nothing else as one', async () => {
    const casing = fc.mixedCase(fc.constant('token'));
    await fc.assert(
      fc.asyncProperty(casing, fc.string({ unit: 'binary' }), async (header, other) => {
        const body = sampleWith(name);
        expect((await send(name, body, { headers: { [header]: 'local' } })).status).toBe(200);
        const headers = { [header]: other, [`x-${header}`]: 'local' };
        const rawQueryString = 'token=local';
        expect((await send(name, body, { headers, rawQueryString })).status).toBe(
          other === 'local' ? 200 : 401,
        );
      }),
      { ...RUNS, numRuns: 20 },
    );
  });

  test.each(Object.entries(BAD_BODIES))('answers: %s', async (_, body) => {
    expectRegular(await send(name, body));
  });

  test('refuses one byte more than 128 KiB and accepts 128 KiB, in any encoding', async () => {
    const valid = sampleWith(name);
    for (const unit of ['x', '\u00e9', '\u20ac']) {
      const padding = CAP - Buffer.byteLength(valid);
      const full = valid + ' '.repeat(padding);
      expect((await send(name, full)).status).toBe(200);
      expect((await send(name, Buffer.from(full))).status).toBe(200);
      expect((await send(name, full + unit)).status).toBe(413);
      expect((await send(name, Buffer.from(full + unit))).status).toBe(413);
    }
  });
});

const ACCEPTED = [
  'U+0000 in text, escaped',
  'U+0000 as identity',
  'BOM',
  'lone surrogates, escaped',
  'U+FFFE and U+FFFF',
  'a __proto__ key',
  'a constructor key',
  'toString and valueOf',
  'duplicate keys',
  'as many keys as fit',
  '100,000 brackets',
  '20,000 nested objects',
  'numbers without end',
  'emoji without end',
  'white space without end',
];
test.each(ACCEPTED)('accepts a call despite its: %s', async (name) => {
  expect(await send('cc', BAD_BODIES[name] ?? '')).toMatchObject({ status: 200 });
});

const REFUSED = ['empty', 'two BOMs', 'invalid UTF-8', '__proto__ for callId', '100,000 brackets, unclosed'];
test.each(REFUSED)('keeps as rejected: %s', async (name) => {
  expect(await send('cc', BAD_BODIES[name] ?? '')).toMatchObject({ status: 400 });
});

test.each(['100,000 keys', 'a million digits'])('is too large: %s', async (name) => {
  expect(await send('cc', BAD_BODIES[name] ?? '')).toMatchObject({ status: 413 });
});

const KEPT_AS_TEXT = ['deep form', 'form of 31 levels', 'not JSON'];
const formOf = async (name: string) => {
  const body = withForm(`form ${name}`, BAD_FORMS[name] ?? '');
  expect((await send('icc', body)).status).toBe(200);
  return callOf('icc', body).forms;
};

test.each(KEPT_AS_TEXT)('keeps as text: %s', async (name) => {
  expect(await formOf(name)).toBe(BAD_FORMS[name]);
});

const PARSED = Object.keys(BAD_FORMS).filter((name) => !KEPT_AS_TEXT.includes(name));
test.each(PARSED)('parses, and keeps as intended: %s', async (name) => {
  expect(JSON.stringify(await formOf(name))).toBe(JSON.stringify(parseJson(BAD_FORMS[name] ?? '')));
});

test('parses as JSON.parse with a reviver does, except numbers that a double would rewrite or write with an exponent', () => {
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), (json) => {
      const withSource = JSON.parse(json, ((
        _key: string,
        value: unknown,
        { source = '' }: { source?: string },
      ) =>
        typeof value !== 'number' ||
        (String(value) === source && !source.includes('e')) ||
        !/\d{16}|[.eE]/.test(source)
          ? value
          : (plainDigits(source) ?? source)) as Parameters<typeof JSON.parse>[1]);
      expect(plain(parseJson(json))).toEqual(plain(withSource));
    }),
    { ...RUNS, numRuns: 2_000 },
  );
});

test('leaves no trace on the prototypes', () => {
  expect(({} as Record<string, unknown>).callId).toBeUndefined();
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
