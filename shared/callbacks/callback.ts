import { hash } from 'node:crypto';
import * as v from 'valibot';
import type { CallRecord } from '../calls/record.ts';
import type { Issue, Message } from '../deliveries/message.ts';
import { MAX_KEY_BYTES } from '../payload/field-types.ts';
import { parseJson } from '../payload/parse-json.ts';

/** What a provider sends: how its payload reads, which delivery it is, and the record it becomes. */
type Definition<Schema extends v.GenericSchema> = {
  /** Short name, used everywhere: file, route, table key, `<NAME>_TOKEN_SHA256`. */
  name: string;
  schema: Schema;
  /** Deliveries of the same id and entry are the same: `pk` is `<name>#<id>`, `sk` is `entry`. */
  identify: (payload: v.InferOutput<Schema>) => { id: string; entry: string };
  record: (payload: v.InferOutput<Schema>) => CallRecord;
};

/** A callback of NXCloud. */
export type Callback = {
  /** Short name, used everywhere. */
  name: string;
  /** Where it is posted to. */
  path: string;
  /** The environment variable that has the digests of its tokens. */
  tokenVariable: string;
  /** The message that a body makes: a call record, or what is wrong with it. */
  read: (bytes: Uint8Array, receivedAt: string) => Message;
};

/** The callback that a definition makes. */
export const callback = <Schema extends v.GenericSchema>(definition: Definition<Schema>): Callback => ({
  name: definition.name,
  path: `/${definition.name}/callback`,
  tokenVariable: `${definition.name.toUpperCase()}_TOKEN_SHA256`,
  read: (bytes, receivedAt) => read(definition, bytes, receivedAt),
});

const read = <Schema extends v.GenericSchema>(
  { name, schema, identify, record }: Definition<Schema>,
  bytes: Uint8Array,
  receivedAt: string,
): Message => {
  const bodyHash = hash('sha256', bytes);
  const body = decode(bytes);
  const delivery = { callback: name, receivedAt, bodyHash };
  const reject = (issues: Issue[], text: { body: string; bodyEncoding?: 'base64' }): Message => ({
    pk: rejectedKey(name),
    sk: bodyHash,
    id: bodyHash,
    ...delivery,
    ...text,
    issues,
  });

  if (body === undefined) {
    const base64 = Buffer.from(bytes).toString('base64');
    return reject([whole('is not UTF-8')], { body: base64, bodyEncoding: 'base64' });
  }
  const parsed = parse(body);
  if ('issue' in parsed) return reject([parsed.issue], { body });
  const validated = v.safeParse(schema, parsed.value);
  if (!validated.success) return reject(validated.issues.map(toIssue), { body });
  const { id, entry } = identify(validated.output);
  if (Buffer.byteLength(id) > MAX_KEY_BYTES) return reject([whole(TOO_LONG)], { body });
  return { pk: `${name}#${id}`, sk: entry, id, ...delivery, body, record: record(validated.output) };
};

/** The `pk` of a callback's rejected bodies. */
export const rejectedKey = (callback: string): string => `rejected#${callback}`;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decode = (bytes: Uint8Array): string | undefined => {
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
    if (error instanceof SyntaxError) return { issue: whole(`is not JSON${positionOf(error)}`) };
    throw error;
  }
};

// The rest of the engine's message quotes the body.
const positionOf = ({ message }: SyntaxError): string =>
  / at position \d+/.exec(message)?.[0] ?? (message.includes('end') ? ', it ends too early' : '');

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TOO_LONG = `is identified by more than ${MAX_KEY_BYTES} bytes`;

const whole = (message: string): Issue => ({ path: '', message });

const toIssue = (issue: v.BaseIssue<unknown>): Issue => ({
  path: v.getDotPath(issue) ?? '',
  message: issue.message,
});
