import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as v from 'valibot';
import { isAuthorized } from './auth.ts';
import { parseJson } from './json.ts';
import { type Issue, type Message, sha256 } from './message.ts';
import { enqueue } from './queue.ts';
import type { CallRecord } from './record.ts';
import { type Counter, countAll, logger } from './telemetry.ts';

/** A callback: what it is called, how its payload reads, which delivery it is, and the record it becomes. */
export type Callback<Schema extends v.GenericSchema> = {
  /** Short name, used everywhere: file, route, table key, `<NAME>_TOKEN_SHA256`. */
  name: string;
  schema: Schema;
  /** Deliveries of the same id and entry are the same: `pk` is `<name>#<id>`, `sk` is `entry`. */
  identify: (payload: v.InferOutput<Schema>) => { id: string; entry: string };
  record: (payload: v.InferOutput<Schema>) => CallRecord;
};

const MAX_BODY_BYTES = 128 * 1024;

/** The Lambda handler of a callback. It answers 200 and 400 only once the delivery is in the queue, 503 otherwise. */
export const receiver =
  <Schema extends v.GenericSchema>(callback: Callback<Schema>) =>
  async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    const startedAt = Date.now();
    const conclude = (counter: Counter, response: APIGatewayProxyStructuredResultV2, details = {}) => {
      countAll([{ counter, callback: callback.name }]);
      logger.info(counter.toLowerCase(), {
        callback: callback.name,
        durationMs: Date.now() - startedAt,
        requestId: context.awsRequestId,
        ...details,
      });
      return response;
    };

    if (!isAuthorized(callback.name, event)) {
      return conclude('Unauthorized', answer(401, { error: 'unauthorized' }));
    }
    const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    if (bytes.length > MAX_BODY_BYTES) {
      return conclude('TooLarge', answer(413, { error: 'payload_too_large' }));
    }
    const message = read(callback, bytes, new Date(startedAt).toISOString());
    try {
      await enqueue(message);
    } catch (error) {
      const unavailable = answer(503, { error: 'unavailable' }, { 'retry-after': '5' });
      return conclude('Unavailable', unavailable, { id: message.pk, reason: String(error) });
    }
    if ('issues' in message) {
      const { id, issues } = message;
      const paths = issues.map(({ path }) => path);
      return conclude('Rejected', answer(400, { error: 'invalid_payload', issues }), { id, issues: paths });
    }
    return conclude('Accepted', answer(200, { status: 'accepted', id: message.pk }), { id: message.pk });
  };

const answer = (statusCode: number, body: object, headers = {}): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const read = <Schema extends v.GenericSchema>(
  { name, schema, identify, record }: Callback<Schema>,
  bytes: Buffer,
  receivedAt: string,
): Message => {
  const bodyHash = sha256(bytes);
  const body = decode(bytes);
  const delivery = { callback: name, receivedAt, bodyHash };
  const reject = (issues: Issue[], text: { body: string; bodyEncoding?: 'base64' }): Message => ({
    pk: `rejected#${name}`,
    sk: bodyHash,
    id: bodyHash,
    ...delivery,
    ...text,
    issues,
  });

  if (body === undefined) {
    return reject([whole('is not UTF-8')], { body: bytes.toString('base64'), bodyEncoding: 'base64' });
  }
  const parsed = parse(body);
  if ('issue' in parsed) return reject([parsed.issue], { body });
  const validated = v.safeParse(schema, parsed.value);
  if (!validated.success) return reject(validated.issues.map(toIssue), { body });
  const { id, entry } = identify(validated.output);
  return { pk: `${name}#${id}`, sk: entry, id, ...delivery, body, record: record(validated.output) };
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decode = (bytes: Buffer): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};

const parse = (body: string): { value: object } | { issue: Issue } => {
  const text = body.replace(/^\ufeff/, '');
  if (text.trim() === '') return { issue: whole('is empty') };
  try {
    const value = parseJson(text);
    return isObject(value) ? { value } : { issue: whole('is not a JSON object') };
  } catch (error) {
    if (error instanceof SyntaxError) return { issue: whole(`is not JSON: ${error.message}`) };
    if (error instanceof RangeError) return { issue: whole('is nested too deeply') };
    throw error;
  }
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const whole = (message: string): Issue => ({ path: '', message });

const toIssue = (issue: v.BaseIssue<unknown>): Issue => ({
  path: v.getDotPath(issue) ?? '',
  message: issue.message,
});
