import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { countMessages } from '../../commands/lib/stage.ts';
import { endpointsOf } from '../../shared/events/endpoints.ts';
import { RETRY_SECONDS } from '../../shared/events/retries.ts';
import { type Bus, startBus } from '../support/bus.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';
import { type Endpoint, startEndpoint } from '../support/webhook-endpoint.ts';
import { startEventSource } from './event-source.ts';
import { type FunctionProcess, startFunctions } from './function-process.ts';
import { startStreamSource } from './stream-source.ts';
import type { World } from './world.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four.').toString('base64')}`;
const PREFIX = 'nxcloud-callbacks-local-webhook-';
// As long as it takes, for whom dead letters are not the subject.
const PATIENT = 1_000;
// What the functions are told to have.
const TIMEOUT_MS = 30_000;

/** Whoever is told of calls in a world, and the functions that tell them. */
export type Telling = {
  /** From the relay to the queues of the endpoints. */
  sqs: FaultProxy;
  bus: Bus;
  /** Nothing ever happens to the first. */
  healthy: Endpoint;
  faulty: Endpoint;
  relay: FunctionProcess;
  webhooks: FunctionProcess;
  /**
   * Resolves when the relay has read the stream of calls to its end, and nothing waits for an
   * endpoint.
   */
  atRest: () => Promise<unknown>;
  stop: () => Promise<void>;
};

/**
 * Adds to a world what reads the stream of its calls. `isPatient`: an event is never a dead letter.
 */
export const startTelling = async (world: World, { isPatient = true } = {}): Promise<Telling> => {
  const { sqsClient, sqsEndpoint, dynamodbEndpoint, journal, deliveriesTable, callsTable } = world;
  const bus = await startBus();
  const [healthy, faulty] = [await startEndpoint(SECRET), await startEndpoint(SECRET)];
  const sqs = await startFaultProxy(sqsEndpoint);
  const urls = [healthy, faulty].map(({ url }) => url).join();
  const env = {
    ...{ EVENT_BUS: 'on', EVENT_BUS_NAME: 'bus', AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint },
    ...{ WEBHOOK_URLS: urls, WEBHOOK_SECRET: SECRET, STAGE: 'local' },
    ...{ DELIVERIES_TABLE: deliveriesTable, AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint },
    WEBHOOK_QUEUES: `${sqsEndpoint}/000000000000/${PREFIX}`,
  };
  const host = (name: string, endpoint: string) =>
    startFunctions([name], { ...env, AWS_ENDPOINT_URL_SQS: endpoint }, TIMEOUT_MS);
  const [relay, webhooks] = await Promise.all([host('relay', sqs.endpoint), host('webhooks', sqsEndpoint)]);

  const queueUrls = endpointsOf(urls).map(({ id }) => env.WEBHOOK_QUEUES + id);
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:local:000000000000:nxcloud-callbacks-local-webhooks-dlq',
    maxReceiveCount: isPatient ? PATIENT : RETRY_SECONDS.length + 1,
  });
  for (const url of queueUrls) {
    const QueueName = url.slice(url.lastIndexOf('/') + 1);
    await sqsClient.send(new CreateQueueCommand({ QueueName, Attributes: { RedrivePolicy } }));
  }
  const sources = queueUrls.map((queueUrl) =>
    startEventSource({
      sqs: sqsClient,
      queueUrl,
      impatient: true,
      invoke: (event) => webhooks.invoke('webhooks', event),
    }),
  );
  const stream = startStreamSource(journal, callsTable, relay, 'relay');

  const isAtRest = async () => {
    if (!(await stream.isAtEnd())) return false;
    const waiting = await Promise.all(queueUrls.map((url) => countMessages({ sqs: sqsClient }, url)));
    return waiting.every((count) => count === 0);
  };
  return {
    ...{ sqs, bus, healthy, faulty, relay, webhooks },
    atRest: () => until(isAtRest),
    stop: async () => {
      for (const part of [stream, ...sources, relay, webhooks, sqs, healthy, faulty, bus]) await part.stop();
    },
  };
};
