import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { inject } from 'vitest';
import type { ArchiveResult } from '../../shared/deliveries/archive-result.ts';
import { dynamodb, s3 } from './pipeline.ts';

const RATE = 8000;
const HEADER = 44;

/** A tone of so many seconds as a WAV file. */
export const toneOf = (seconds: number): Buffer => {
  const samples = Uint8Array.from({ length: RATE * seconds }, (_, n) =>
    Math.round(128 + 60 * Math.sin((n / RATE) * 440 * 2 * Math.PI)),
  );
  const header = Buffer.alloc(HEADER);
  header.write('RIFF', 0);
  header.writeUInt32LE(HEADER - 8 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  // One channel of 8 bits, not compressed.
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
};

/** Puts a file where the archiver would, and writes what it would of it. */
export const putRecording = async (result: ArchiveResult, file?: Buffer): Promise<void> => {
  const { bucket, deliveriesTable } = inject('stack');
  if (file) {
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: result.key, Body: file, ContentType: result.type }),
    );
  }
  await dynamodb.send(new PutItemCommand({ TableName: deliveriesTable, Item: marshall(result) }));
};
