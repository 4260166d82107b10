import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The client of the functions. Three attempts of at most 3 s each; what a caller has no time for it aborts by a signal. */
export const dynamodb = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 100 },
  },
});
