import type { Ports } from '../infrastructure/ports.ts';
import { callbacks } from '../shared/callbacks/list.ts';
import { clients, startDatabase, startQueues } from './emulators.ts';
import type { ServiceMessage } from './plugin.ts';
import { startPoller } from './poller.ts';
import { createResources } from './resources.ts';
import { type ServiceEvent, startService } from './service.ts';

/** The whole pipeline on one machine: the functions of serverless.yml, their queue and their table. */
export type Stack = {
  /** Where to POST, by callback. */
  urls: Record<string, string>;
  queueUrl: string;
  deadLetterQueueUrl: string;
  tableName: string;
  sqsEndpoint: string;
  dynamodbEndpoint: string;
  /** Stops everything in order; what was accepted and is not stored yet stays in the queue. */
  stop: () => Promise<void>;
};

type Options = {
  ports: Ports;
  /** Where queues and table live; without it in memory. */
  dataDir?: string;
  onProgress?: (step: string) => void;
  /** Each line that the functions or serverless-offline print. */
  onLine?: (line: string) => void;
  /** What happens to the functions once they are up. */
  onEvent?: (event: ServiceEvent) => void;
  /** A message of a queue is handed to a function. */
  onMessage?: (messageId: string, body: string) => void;
  /** The functions' process has ended, and nobody stopped it. */
  onDeath?: (error: Error) => void;
  onError?: (error: Error) => void;
};

const ignore = () => {};

/** Starts the stack on 127.0.0.1; throws a SetupError that says what to do where something is in the way. */
export const startStack = async (options: Options): Promise<Stack> => {
  const { ports, dataDir, onProgress = ignore, onLine = ignore, onEvent = ignore } = options;
  const { onMessage = ignore, onDeath = ignore, onError = ignore } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    const queues = await startQueues(ports.sqs, dataDir, { release: true });
    stops.push(queues.stop);
    const database = await startDatabase(ports.dynamodb, dataDir);
    stops.push(database.stop);
    onProgress('queue and table are up, building the functions');

    const service = await startService({ ports, onLine, onEvent });
    stops.push(service.stop);
    const aws = clients({ sqs: queues.endpoint, dynamodb: database.endpoint });
    const queueUrls = await createResources(service.definition.resources, aws, queues.endpoint);
    await service.ready;
    service.died.then(onDeath);
    onProgress('functions are up');

    const { functions, resources } = service.definition;
    const source = eventSource(functions);
    const queueUrl = queueUrls[source.logicalId] ?? '';
    const poller = startPoller({
      sqs: aws.sqs,
      queueUrl,
      queueArn: source.logicalId,
      batchSize: source.batchSize,
      invoke: (event) => {
        for (const { messageId, body } of event.Records) onMessage(messageId, body);
        return invoke(ports.lambda, source.functionName, event);
      },
      onError,
    });
    stops.push(poller.stop);
    return {
      urls: Object.fromEntries(
        callbacks.map(({ name, path }) => [name, `http://127.0.0.1:${ports.http}${path}`]),
      ),
      queueUrl,
      deadLetterQueueUrl: queueUrls.CallsDeadLetterQueue ?? '',
      tableName: String(resources.CallsTable?.Properties.TableName),
      sqsEndpoint: queues.endpoint,
      dynamodbEndpoint: database.endpoint,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

type Functions = ServiceMessage['functions'];

const eventSource = (functions: Functions) => {
  for (const { name, events } of Object.values(functions)) {
    const source = events.find(({ sqs }) => sqs !== undefined)?.sqs as EventSource | undefined;
    if (source)
      return { functionName: name, logicalId: source.arn['Fn::GetAtt'][0], batchSize: source.batchSize };
  }
  throw new Error('serverless.yml has no function with an sqs event');
};

type EventSource = { arn: { 'Fn::GetAtt': [string, string] }; batchSize: number };

const invoke = async (port: number, functionName: string, event: unknown) => {
  const url = `http://127.0.0.1:${port}/2015-03-31/functions/${functionName}/invocations`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(event) });
  const text = await response.text();
  if (!response.ok || response.headers.has('x-amz-function-error')) {
    throw new Error(`the consumer failed: ${text.slice(0, 300)}`);
  }
  return text === '' ? undefined : JSON.parse(text);
};
