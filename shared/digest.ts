import { createHash } from 'node:crypto';

/** SHA-256 in hex. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Whether the text is a SHA-256 digest in hex. */
export const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text);
