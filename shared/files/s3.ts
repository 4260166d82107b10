import { GetObjectCommand, HeadObjectCommand, NotFound, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** The functions' client. It makes three attempts; a caller with less time aborts by a signal. */
export const s3 = new S3Client({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    // As long as a part of an upload may take.
    requestTimeout: 30_000,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 100 },
  },
});

/** Whether the bucket `FILES_BUCKET` has an object. */
export const hasObject = async (Key: string, abortSignal: AbortSignal): Promise<boolean> => {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: process.env.FILES_BUCKET, Key }), { abortSignal });
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
};

type Presigned = {
  /** How long the URL works. */
  seconds: number;
  /** The name under which a browser saves it. */
  fileName?: string;
  /** Whether a browser saves a named file, the default, or shows or plays it. */
  disposition?: 'attachment' | 'inline';
  /** The content type of S3's answer, in place of the object's. */
  contentType?: string;
};

/**
 * A URL that lets anybody who has it read the object of the bucket `FILES_BUCKET`, ranges included.
 */
export const presign = (
  key: string,
  { seconds, fileName, disposition = 'attachment', contentType }: Presigned,
): Promise<string> =>
  getSignedUrl(
    s3,
    new GetObjectCommand({
      Bucket: process.env.FILES_BUCKET,
      Key: key,
      ...(contentType && { ResponseContentType: contentType }),
      ...(fileName && { ResponseContentDisposition: `${disposition}; ${named(fileName)}` }),
    }),
    { expiresIn: seconds },
  );

// RFC 6266: the plain form for old clients, the encoded one for names that are not ASCII.
const named = (name: string): string => {
  const plain = name.replace(/[^\w .-]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  return `filename="${plain}"; filename*=UTF-8''${encoded}`;
};
