import type { Template } from '../../infrastructure/serverless-types.ts';
import type { Sizes } from './measure.ts';
import { PRICES } from './prices.ts';

/** What is not measured, and where it is from. */
export const ASSUMPTIONS = {
  /** One SendMessage within a region. An assumption: nothing here ran on AWS. */
  receiverMs: 20,
  /** One PutItem within a region, once per message: the most expensive case, a batch of one. An assumption too. */
  consumerMs: 20,
  /** START, END and REPORT, which Lambda writes for each invocation. */
  platformLogBytes: 350,
  platformLogLines: 3,
  /** What CloudWatch Logs adds to each event: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
  logLineOverheadBytes: 26,
  /** What DynamoDB adds to each stored item: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
  itemOverheadBytes: 100,
  /** Count, 4xx, 5xx, Latency, IntegrationLatency and DataProcessed, which detailed metrics write for each route. */
  metricsPerRoute: 6,
  /** Accepted, Stored, Duplicate and DeliveryLag; the others are billed only for the hours in which they occur. */
  metricsPerCallback: 4,
  /** Lambda keeps five pollers waiting 20 s each: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  emptyReceivesASecond: 5 / 20,
  /** X-Ray records the first request of each second and 5% of the others: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
  tracedShareBeyondOneASecond: 0.05,
};

const SECONDS = 30 * 86_400;
const MILLION = 1e6;
const GB = 1024 ** 3;

/** What the packaged stack says. */
export type Stack = {
  receiverGb: number;
  consumerGb: number;
  callbacks: number;
  alarms: number;
  traced: boolean;
};

/** Reads from a packaged template what costs. */
export const stackOf = ({ Resources }: Template): Stack => {
  const ofType = (type: string) => Object.entries(Resources).filter(([, { Type }]) => Type === type);
  const functions = ofType('AWS::Lambda::Function');
  const gb = (consumer: boolean) => {
    const matching = functions.filter(([id]) => (id === 'ConsumerLambdaFunction') === consumer);
    return Math.max(...matching.map(([, { Properties }]) => Number(Properties.MemorySize) / 1024));
  };
  return {
    receiverGb: gb(false),
    consumerGb: gb(true),
    callbacks: ofType('AWS::ApiGatewayV2::Route').length,
    alarms: ofType('AWS::CloudWatch::Alarm').length,
    traced: functions.some(([, { Properties }]) =>
      JSON.stringify(Properties.TracingConfig)?.includes('Active'),
    ),
  };
};

/** Dollars a month for so many callbacks a month, by service. */
export const costs = (callbacks: number, sizes: Sizes, stack: Stack): Record<string, number> => {
  const a = ASSUMPTIONS;
  const perMillion = (count: number, price: number) => (count / MILLION) * price;
  const gbSeconds = callbacks * ((stack.receiverGb * a.receiverMs + stack.consumerGb * a.consumerMs) / 1000);
  const sqsRequests = callbacks * 3 + a.emptyReceivesASecond * SECONDS;
  const lines = sizes.logLines + 2 * a.platformLogLines + 1;
  const logBytes = sizes.logs + 2 * a.platformLogBytes + accessLogBytes + lines * a.logLineOverheadBytes;
  const logGb = (callbacks * logBytes) / GB;
  const storedGb = (callbacks * (sizes.item + a.itemOverheadBytes)) / GB;
  const traces = stack.callbacks * traced(callbacks / stack.callbacks) + traced(callbacks);
  const metrics = stack.callbacks * (a.metricsPerRoute + a.metricsPerCallback);
  return {
    'API Gateway': perMillion(callbacks, PRICES.httpApiMillion),
    Lambda: perMillion(2 * callbacks, PRICES.lambdaMillion) + gbSeconds * PRICES.lambdaArmGbSecond,
    SQS: perMillion(sqsRequests, PRICES.sqsMillion),
    'DynamoDB writes': perMillion(callbacks * sizes.writeUnits, PRICES.writeUnitsMillion),
    'DynamoDB storage': storedGb * (PRICES.storageGbMonth + PRICES.pointInTimeRecoveryGbMonth),
    'CloudWatch Logs': logGb * (PRICES.logsGb + PRICES.logsStoredGbMonth),
    'CloudWatch metrics, alarms, dashboard':
      metrics * PRICES.customMetricMonth + stack.alarms * PRICES.alarmMonth + PRICES.dashboardMonth,
    'X-Ray': stack.traced ? perMillion(traces, PRICES.tracesMillion) : 0,
  };
};

// The access log's format with every variable filled in.
const accessLogBytes = 330;

/** Traces of a function that is called so often a month, evenly. */
const traced = (calls: number): number => {
  const rate = calls / SECONDS;
  return Math.min(rate, 1 + ASSUMPTIONS.tracedShareBeyondOneASecond * Math.max(0, rate - 1)) * SECONDS;
};

/** The costs' sum. */
export const total = (costs: Record<string, number>): number =>
  Object.values(costs).reduce((sum, cost) => sum + cost, 0);
