import { hash } from 'node:crypto';
import { inject } from 'vitest';

const {
  urls,
  queueUrl,
  deliveriesTable,
  callsTable,
  bucket,
  sqsEndpoint,
  s3Endpoint,
  dynamodbEndpoint,
  metricsEndpoint,
} = inject('stack');

// What serverless.yml gives the functions on stage local, for those that a test calls directly.
Object.assign(process.env, {
  AWS_REGION: 'local',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_SQS: sqsEndpoint,
  AWS_ENDPOINT_URL_S3: s3Endpoint,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
  AWS_ENDPOINT_URL_CLOUDWATCH: metricsEndpoint,
  QUEUE_URL: queueUrl,
  DELIVERIES_TABLE: deliveriesTable,
  CALLS_TABLE: callsTable,
  FILES_BUCKET: bucket,
  ...Object.fromEntries(
    Object.keys(urls).map((callback) => [`${callback.toUpperCase()}_TOKEN_SHA256`, hash('sha256', 'local')]),
  ),
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
});
