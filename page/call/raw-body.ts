import { prettyJson } from './pretty-json.ts';

/** A body to show: as received, and in readable form if there is one. */
export type RawBody = { received: string; readable?: string; encoding?: 'base64' };

/** The API's body, ready to show. */
export const rawBodyOf = (answer: { body: string; bodyEncoding?: 'base64' | undefined }): RawBody => {
  const received = answer.body;
  if (answer.bodyEncoding === undefined) return { received, ...readable(prettyJson(received)) };
  const text = decoded(received);
  return {
    received,
    encoding: 'base64',
    ...readable(text === undefined ? undefined : (prettyJson(text) ?? text)),
  };
};

const readable = (text: string | undefined) => (text === undefined ? {} : { readable: text });

/**
 * The text of bytes that are not UTF-8. Chinese systems then mostly send GB18030, which can also
 * decode nearly anything else.
 */
const decoded = (base64: string): string | undefined => {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new TextDecoder('gb18030').decode(bytes);
  } catch {
    return undefined;
  }
};
