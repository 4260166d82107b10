import { parseJson } from './parse-json.ts';
import { type Issue, isObject } from './reader.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a body, a byte-order mark included; undefined if it is not UTF-8. */
export const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
};

/** The JSON object of a body, or why there is none. */
export const parseBody = (body: string): { value: Record<string, unknown> } | { issue: Issue } => {
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

/** An issue of a body as a whole. */
export const whole = (message: string): Issue => ({ path: '', message });
