import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import type { Stored } from '../deliveries/archive-result.ts';
import { s3 } from '../files/s3.ts';
import { audioTypeOf, HEAD_BYTES } from './audio.ts';
import { unfetched } from './open-url.ts';
import { refused, Unfetched } from './unfetched.ts';

const MB = 2 ** 20;
const MAX_BYTES = 200 * MB;

/**
 * Streams a recording into the bucket `FILES_BUCKET` under the key of its type. Rejects with
 * Unfetched, and leaves no object, if it is not a recording, was cut off or is too large.
 */
export const transfer = async (
  response: IncomingMessage,
  keyOf: (extension: string) => string,
  signal: AbortSignal,
): Promise<Stored> => {
  try {
    expectPlain(response);
    const hash = createHash('sha256');
    let bytes = 0;
    const chunks = counted(response, signal, (chunk) => {
      bytes += chunk.length;
      hash.update(chunk);
      return bytes;
    });
    const head = await headOf(chunks);
    const { type, extension } = await audioTypeOf(head, response.headers['content-type']);
    const key = keyOf(extension);
    await upload(key, type, Readable.from(joined(head, chunks)));
    return { key, bytes, sha256: hash.digest('hex'), type };
  } finally {
    response.destroy();
  }
};

const expectPlain = ({ statusCode, headers }: IncomingMessage): void => {
  if (statusCode !== 200) throw new Unfetched(`status ${statusCode}`);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw refused('not a recording: it is compressed, although that was not asked for');
  if (Number(headers['content-length'] ?? 0) > MAX_BYTES) throw tooLarge();
};

const tooLarge = () => refused(`larger than ${MAX_BYTES / MB} MB`);

/** The response's bytes, counted; ends only if the response was complete. */
async function* counted(
  response: IncomingMessage,
  signal: AbortSignal,
  count: (chunk: Buffer) => number,
): AsyncGenerator<Buffer, void> {
  let bytes = 0;
  try {
    for await (const chunk of response) {
      bytes = count(chunk);
      if (bytes > MAX_BYTES) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    const isCut = (error as NodeJS.ErrnoException).code === 'ECONNRESET' && !signal.aborted;
    throw isCut ? new Unfetched(`it was cut off after ${bytes} bytes`) : unfetched(error, signal);
  }
  const declared = response.headers['content-length'];
  if (declared !== undefined && Number(declared) !== bytes) {
    throw new Unfetched(`it was cut off after ${bytes} bytes`);
  }
  if (bytes === 0) throw new Unfetched('it is empty');
}

/** The bytes that determine the type, or all if there are fewer. */
const headOf = async (chunks: AsyncGenerator<Buffer, void>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for (let bytes = 0; bytes < HEAD_BYTES; ) {
    const { value, done } = await chunks.next();
    if (done) break;
    parts.push(value);
    bytes += value.length;
  }
  return Buffer.concat(parts);
};

async function* joined(head: Buffer, rest: AsyncGenerator<Buffer, void>) {
  yield head;
  yield* rest;
}

// One part at a time, so that an upload holds at most two parts in memory. A failed upload leaves
// no object, and aborts its parts.
const upload = (Key: string, ContentType: string, Body: Readable) =>
  new Upload({
    client: s3,
    queueSize: 1,
    params: { Bucket: process.env.FILES_BUCKET, Key, ContentType, Body },
  }).done();
