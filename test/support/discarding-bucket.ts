import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * As much of S3 as an upload needs: it keeps nothing of an object but its size and the digest of
 * its parts.
 */
export const startDiscardingBucket = async () => {
  const parts = new Map<string, { bytes: number; digests: string[] }>();
  const objects = new Map<string, { bytes: number; digests: string[] }>();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://s3');
    const body = await buffer(request);
    const upload = searchParams.get('uploadId') ?? pathname;
    const part = parts.get(upload) ?? { bytes: 0, digests: [] };
    if (request.method === 'PUT') {
      part.bytes += body.length;
      part.digests.push(hash('sha256', body));
      parts.set(upload, part);
      if (!searchParams.has('partNumber')) objects.set(pathname, part);
      return response.writeHead(200, { etag: '"part"' }).end();
    }
    if (searchParams.has('uploadId')) objects.set(pathname, part);
    const answer = searchParams.has('uploads') ? 'InitiateMultipartUpload' : 'CompleteMultipartUpload';
    return response.end(
      `<?xml version="1.0"?><${answer}Result><UploadId>${pathname.slice(1)}</UploadId></${answer}Result>`,
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    stop: () => server.close(),
  };
};
