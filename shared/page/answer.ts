import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { PageFile, PageFiles } from './files.ts';
import { type Origins, securityHeaders } from './security-headers.ts';

type RequestHeaders = Readonly<Record<string, string | undefined>>;

/**
 * The file of a path: files under /assets/ by their names, and the page itself at every other
 * route.
 */
export const answer = async (
  files: PageFiles,
  path: string,
  headers: RequestHeaders,
  origins: () => Promise<Origins>,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const isAsset = path.startsWith('/assets/');
  const file = files[isAsset ? path : '/index.html'];
  if (file === undefined || !Object.hasOwn(files, isAsset ? path : '/index.html')) return NOT_FOUND;
  const etag = `W/"${file.hash}"`;
  const common = {
    ...(isAsset ? { 'cache-control': IMMUTABLE } : { 'cache-control': 'no-cache' }),
    ...securityHeaders(isAsset ? undefined : await origins()),
    etag,
    vary: 'accept-encoding',
  };
  if (headers['if-none-match']?.split(/\s*,\s*/).includes(etag)) return { statusCode: 304, headers: common };
  const { body, encoding } = encoded(file, headers['accept-encoding'] ?? '');
  return {
    statusCode: 200,
    headers: { ...common, 'content-type': file.type, ...(encoding && { 'content-encoding': encoding }) },
    body,
    isBase64Encoded: true,
  };
};

const IMMUTABLE = 'public, max-age=31536000, immutable';

const NOT_FOUND: APIGatewayProxyStructuredResultV2 = {
  statusCode: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...securityHeaders() },
  body: 'Not found',
};

// HTTP APIs do not compress, so the build does.
const encoded = ({ br, gzip }: PageFile, accepted: string): { body: string; encoding?: string } => {
  if (accepts(accepted, 'br')) return { body: br, encoding: 'br' };
  if (accepts(accepted, 'gzip')) return { body: gzip, encoding: 'gzip' };
  return { body: gunzipSync(Buffer.from(gzip, 'base64')).toString('base64') };
};

const accepts = (accepted: string, encoding: string): boolean =>
  accepted.split(',').some((one) => {
    const [name, weight = ''] = one.split(';').map((part) => part.trim().toLowerCase());
    return name === encoding && !/^q=0(\.0*)?$/.test(weight);
  });
