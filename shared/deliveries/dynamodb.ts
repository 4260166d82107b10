import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * The functions' client. It makes three attempts of at most 3 s each; a caller with less time
 * aborts by a signal.
 */
export const dynamodb = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 100 },
  },
});
