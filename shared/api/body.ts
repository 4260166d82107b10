import * as v from 'valibot';
import { InvalidQuery } from '../calls/parameters.ts';

const MAX_BYTES = 65_536;

/**
 * Parses the JSON of a request; throws InvalidQuery if it is not JSON, or has unknown or unreadable
 * fields.
 */
export const readBody = <const Schema extends v.GenericSchema>(
  schema: Schema,
  body: string,
): v.InferOutput<Schema> => {
  if (Buffer.byteLength(body) > MAX_BYTES) throw invalid('', `must have at most ${MAX_BYTES} bytes`);
  const parsed = v.safeParse(schema, parse(body), { abortPipeEarly: true });
  if (parsed.success) return parsed.output;
  throw new InvalidQuery(
    parsed.issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', message: messageOf(issue) })),
  );
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    throw invalid('', 'must be a JSON object');
  }
};

const invalid = (path: string, message: string): InvalidQuery => new InvalidQuery([{ path, message }]);

const messageOf = (issue: v.BaseIssue<unknown>): string => {
  if (issue.kind !== 'schema' || !issue.message.startsWith('Invalid')) return issue.message;
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'is not a field here';
  if (issue.received === 'undefined') return 'is needed';
  return issue.path === undefined ? 'must be a JSON object' : `must be ${issue.expected}`;
};
