import { CloudWatchClient, type GetMetricDataInput, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';

const client = new CloudWatchClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});

/** CloudWatch's answer, page by page. */
export const metricData = (input: GetMetricDataInput, abortSignal: AbortSignal) =>
  paginateGetMetricData({ client }, input, { abortSignal });
