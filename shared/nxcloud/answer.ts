import { decodeUtf8 } from '../payload/body.ts';
import { readInteger } from '../payload/numbers.ts';
import { isObject } from '../payload/reader.ts';
import type { Answer } from './post.ts';
import { Unlisted } from './unlisted.ts';

/** NXCloud's answer, and its whole text. HTTP 200 does not mean success; the code 0 does. */
export type Envelope = { code: number; msg: string; text: string };

/** The envelope of an answer. Throws Unlisted if there is none. */
export const envelopeOf = ({ status, bytes }: Answer): Envelope => {
  if (status >= 500 || BUSY.includes(status)) throw new Unlisted(`NXCloud answered with status ${status}`);
  const text = decodeUtf8(bytes)?.replace(/^\ufeff/, '') ?? '';
  const { code, msg } = parsed(text);
  const read = readInteger(String(code));
  if (read !== undefined && (status === 200 || read !== '0')) {
    return { code: Number(read), msg: String(msg ?? ''), text };
  }
  if (status === 200)
    throw new Unlisted('the answer is cut off, or NXCLOUD_GATEWAY is no gateway of NXCloud');
  throw new Unlisted(`status ${status}: NXCLOUD_GATEWAY is no gateway of NXCloud, or it has moved`, {
    isFinal: true,
  });
};

// Too slow, and too many requests.
const BUSY = [408, 429];

const parsed = (text: string): { code?: unknown; msg?: unknown } => {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
};
