import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SQS } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { z } from 'zod';

const CcCall = z.looseObject({
  callId: z.string().min(1),
  taskId: z.string().optional(),
  orderId: z.string().optional(),
  direction: z.number().int().optional(),
  caller: z.string().optional(),
  callee: z.string().optional(),
  agentName: z.string().optional(),
  startTime: z.number().int().optional(),
  answerTime: z.number().int().optional(),
  endTime: z.number().int().optional(),
  callDuration: z.number().int().optional(),
  intent: z.string().optional(),
  other: z.string().optional(),
});

const logger = new Logger({ serviceName: 'naive' });
const metrics = new Metrics({ namespace: 'Naive', serviceName: 'naive' });
const sqs = new SQS();

/** What one writes first: the aggregate client, zod, and what the bundler does by itself. */
export const handler = async (event: APIGatewayProxyEventV2) => {
  const call = CcCall.parse(JSON.parse(event.body ?? ''));
  await sqs.sendMessage({ QueueUrl: process.env.QUEUE_URL, MessageBody: JSON.stringify(call) });
  logger.info('accepted', { callId: call.callId });
  metrics.addMetric('Accepted', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
  return { statusCode: 200, body: JSON.stringify({ status: 'accepted', id: call.callId }) };
};
