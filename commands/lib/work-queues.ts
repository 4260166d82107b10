import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import type { WebhookJob } from '../../shared/events/job.ts';
import { CommandError } from './command-error.ts';
import { stackName } from './settings.ts';
import { countMessages, type Stage } from './stage.ts';

/** Queues of a stage that share a dead-letter queue. */
export type WorkQueue = {
  name: string;
  deadLetterQueueUrl: string;
  /** The source of its dead letters; undefined if there are several, which SQS knows. */
  queueUrl: string | undefined;
  /** Where a dead letter goes back if SQS does not move it. */
  originOf: (text: string) => Promise<string>;
};

/**
 * What can be moved back, and whether a redrive of all queues includes it: whoever waited for an
 * export was shown that it failed.
 */
const QUEUES: Record<string, { isOfAll: boolean }> = {
  deliveries: { isOfAll: true },
  recordings: { isOfAll: true },
  exports: { isOfAll: false },
  webhooks: { isOfAll: true },
};

/**
 * Finds the queue of that name, or all; throws a CommandError if there is none. Queues that a stage
 * was deployed without are left out.
 */
export const openQueues = async (
  { stage, name }: { stage: string; name: string | undefined },
  { sqs }: Pick<Stage, 'sqs'>,
): Promise<WorkQueue[]> => {
  if (name !== undefined && QUEUES[name] === undefined) {
    throw new CommandError(
      `--queue ${name} is not a queue of a stage: give one of ${Object.keys(QUEUES).join(', ')}.`,
    );
  }
  const names = name === undefined ? Object.keys(QUEUES).filter((one) => QUEUES[one]?.isOfAll) : [name];
  const found = await queuesNamed(names, stage, sqs);
  if (found.length > 0) return found;
  throw new CommandError(`Stage ${stage} was deployed before it had a queue of ${name}: deploy it again.`);
};

/** All queues that can have dead letters, those of exports included. */
export const openAllQueues = (
  { stage }: { stage: string },
  { sqs }: Pick<Stage, 'sqs'>,
): Promise<WorkQueue[]> => queuesNamed(Object.keys(QUEUES), stage, sqs);

const queuesNamed = async (
  names: readonly string[],
  stage: string,
  sqs: Stage['sqs'],
): Promise<WorkQueue[]> => {
  const urlOf = async (queue: string): Promise<string> => {
    const command = new GetQueueUrlCommand({ QueueName: `${stackName(stage)}-${queue}` });
    return (await sqs.send(command)).QueueUrl ?? '';
  };
  const found = await Promise.all(
    names.map(async (queue): Promise<WorkQueue[]> => {
      try {
        const deadLetterQueueUrl = await urlOf(`${queue}-dlq`);
        if (queue === 'webhooks') {
          const originOf = async (text: string) => {
            const { endpoint } = JSON.parse(text) as WebhookJob;
            return urlOf(`webhook-${endpoint}`).catch(() =>
              Promise.reject(new CommandError(goneOf(endpoint))),
            );
          };
          return [{ name: queue, deadLetterQueueUrl, queueUrl: undefined, originOf }];
        }
        const queueUrl = await urlOf(queue);
        return [{ name: queue, deadLetterQueueUrl, queueUrl, originOf: async () => queueUrl }];
      } catch (error) {
        if ((error as Error).name === 'QueueDoesNotExist') return [];
        throw error;
      }
    }),
  );
  return found.flat();
};

const goneOf = (endpoint: string): string =>
  `The endpoint ${endpoint} of a dead letter is no longer in WEBHOOK_URLS: add it again, or purge the dead-letter queue of webhooks.`;

/** The queues that have dead letters, with their number. */
export const withDeadLetters = async (stage: Pick<Stage, 'sqs'>, queues: readonly WorkQueue[]) => {
  const counted = await Promise.all(
    queues.map(async (queue) => ({ ...queue, found: await countMessages(stage, queue.deadLetterQueueUrl) })),
  );
  return counted.filter(({ found }) => found > 0);
};
