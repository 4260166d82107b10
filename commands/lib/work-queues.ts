import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { CommandError } from './command-error.ts';
import { stackName } from './settings.ts';
import { countMessages, type Stage } from './stage.ts';

/** A queue of a stage, and that of its dead letters. */
export type WorkQueue = { name: string; queueUrl: string; deadLetterQueueUrl: string };

/** What can be moved back, and whether the dead letters of all queues mean it too: whoever waited for an export was told that it failed. */
const QUEUES: Record<string, { isOfAll: boolean }> = {
  deliveries: { isOfAll: true },
  recordings: { isOfAll: true },
  exports: { isOfAll: false },
};

/** Finds the queue of that name, or all; throws a CommandError if there is none. What a stage was deployed without is left out. */
export const openQueues = async (
  { stage, name }: { stage: string; name: string | undefined },
  { sqs }: Pick<Stage, 'sqs'>,
): Promise<WorkQueue[]> => {
  if (name !== undefined && QUEUES[name] === undefined) {
    throw new CommandError(
      `--queue ${name} is no queue of a stage: give one of ${Object.keys(QUEUES).join(', ')}.`,
    );
  }
  const names = name === undefined ? Object.keys(QUEUES).filter((one) => QUEUES[one]?.isOfAll) : [name];
  const urlOf = async (queue: string): Promise<string> => {
    const command = new GetQueueUrlCommand({ QueueName: `${stackName(stage)}-${queue}` });
    return (await sqs.send(command)).QueueUrl ?? '';
  };
  const found = await Promise.all(
    names.map(async (queue) => {
      try {
        return [
          { name: queue, queueUrl: await urlOf(queue), deadLetterQueueUrl: await urlOf(`${queue}-dlq`) },
        ];
      } catch (error) {
        if ((error as Error).name === 'QueueDoesNotExist') return [];
        throw error;
      }
    }),
  );
  if (found.flat().length > 0) return found.flat();
  throw new CommandError(`Stage ${stage} was deployed before it had a queue of ${name}: deploy it again.`);
};

/** The queues that have dead letters, with how many. */
export const withDeadLetters = async (stage: Pick<Stage, 'sqs'>, queues: readonly WorkQueue[]) => {
  const counted = await Promise.all(
    queues.map(async (queue) => ({ ...queue, found: await countMessages(stage, queue.deadLetterQueueUrl) })),
  );
  return counted.filter(({ found }) => found > 0);
};
