import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, inject, test } from 'vitest';
import { presign } from '../../shared/files/s3.ts';
import { s3 } from '../support/pipeline.ts';

const { bucket, s3Endpoint } = inject('stack');

test('a presigned URL reads a file of the bucket, and a part of it', async () => {
  const Key = 'recordings/pns/2026/11/26/a b.mp3';
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key, Body: 'a recording', ContentType: 'audio/mpeg' }),
  );
  const url = await presign(Key, { seconds: 300 });
  const whole = await fetch(url);
  const part = await fetch(url, { headers: { range: 'bytes=2-4' } });

  expect(url).toMatch(`${s3Endpoint}/${bucket}/recordings/`);
  expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('300');
  expect(whole.headers.get('content-type')).toBe('audio/mpeg');
  expect(await whole.text()).toBe('a recording');
  expect(part.status).toBe(206);
  expect(await part.text()).toBe('rec');
});

test('a presigned URL can give the file any name', async () => {
  const url = await presign('exports/1.csv', {
    seconds: 900,
    fileName: `通话 "(1)".csv`,
    contentType: 'text/csv',
  });
  const { searchParams } = new URL(url);

  expect(searchParams.get('response-content-type')).toBe('text/csv');
  expect(searchParams.get('response-content-disposition')).toBe(
    `attachment; filename="__ __1__.csv"; filename*=UTF-8''%E9%80%9A%E8%AF%9D%20%22%281%29%22.csv`,
  );
});
