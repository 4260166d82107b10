import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { paginateListQueues } from '@aws-sdk/client-sqs';
import type { Takers } from '../../shared/events/takers.ts';
import { CommandError } from './command-error.ts';
import { stackName } from './settings.ts';
import type { Stage } from './stage.ts';

type Place = { stage: string; region: string };

/**
 * Finds the receivers of a stage's events by its deployed queues and bus, and configures the
 * functions' code to publish to them, beside what `enterStage` does. Throws a CommandError if there
 * are none.
 */
export const enterEvents = async (place: Place, { sqs }: Pick<Stage, 'sqs'>): Promise<Takers> => {
  const prefix = `${stackName(place.stage)}-webhook-`;
  const urls: string[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues({ client: sqs }, { QueueNamePrefix: prefix })) {
    urls.push(...QueueUrls);
  }
  const endpoints = urls.map((url) => url.slice(url.indexOf(prefix) + prefix.length));
  const bus = await busOf(place);
  if (bus === undefined && endpoints.length === 0) throw new CommandError(nobodyIn(place));
  const [url = ''] = urls;
  process.env.WEBHOOK_QUEUES = url.slice(0, url.indexOf(prefix) + prefix.length);
  return { bus, endpoints };
};

const busOf = async ({ stage, region }: Place): Promise<string | undefined> => {
  if (stage === 'local') return undefined;
  const Name = stackName(stage);
  try {
    await new EventBridgeClient({ region }).send(new DescribeEventBusCommand({ Name }));
    return Name;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

const nobodyIn = ({ stage }: Place): string =>
  stage === 'local'
    ? 'Stage local has no receiver of events: start it with WEBHOOK_URLS and WEBHOOK_SECRET; docs/events.md has an example.'
    : `Stage ${stage} has no receiver of events: set WEBHOOK_URLS or EVENT_BUS in .env.${stage}, and deploy it.`;
