import { GetQueueAttributesCommand, GetQueueUrlCommand, paginateListQueues } from '@aws-sdk/client-sqs';
import type { Remainder } from '../../../shared/erasure/certificate.ts';
import { stackName } from '../settings.ts';
import { countMessages, type Stage } from '../stage.ts';

const DAY_MS = 86_400_000;

type Circumstances = { startedAt: string; finishedAt: Date; hasSearched: boolean; reportsUnderWay: number };

/** What an erasure cannot reach, and until when it is there. */
export const remainsOf = async (
  { stage }: { stage: string },
  { sqs }: Pick<Stage, 'sqs'>,
  { startedAt, finishedAt, hasSearched, reportsUnderWay }: Circumstances,
): Promise<Remainder[]> => {
  const after = (days: number) => new Date(finishedAt.getTime() + days * DAY_MS).toISOString();
  const onAws: Remainder[] = [
    { what: 'Point-in-time backups of the table of deliveries', until: `until ${after(35)}` },
    { what: 'Streams of both tables', until: `until ${after(1)}` },
    { what: 'Parts of uploads that were cut off, in the bucket', until: `until ${after(2)}` },
    { what: 'Backups and copies that somebody made by hand', until: 'as long as they are kept' },
    {
      what: 'Events on the bus that a rule or an archive of the company has taken',
      until: 'as long as it keeps them',
    },
  ];
  const everywhere: Remainder[] = [
    { what: 'What webhooks have sent already', until: 'as long as its receivers keep it' },
    {
      what: 'Files on computers, like saved exports and recordings, and .local/ of a rebuild that was interrupted',
      until: 'as long as they are kept',
    },
    {
      what: 'What a reconciliation that was under way writes into its report',
      until: `until ${after(30)}`,
    },
    { what: "NXCloud's own records of the calls", until: 'as long as NXCloud keeps them' },
    { what: 'Tombstones, which tell no number and no name', until: 'for good, so that nothing comes back' },
    { what: `Calls of the number that have come since ${startedAt}`, until: 'until it is erased again' },
    {
      what: 'The number as it was typed for this command, in the history of the shell and the logs of npm',
      until: 'as long as that machine keeps them',
    },
  ];
  const underWay: Remainder[] = [
    {
      what: `Reports of reconciliations that were not finished, which may name these calls again: ${reportsUnderWay}`,
      until: 'until they have finished and it is erased again, and 30 days at the most',
    },
  ];
  const unsearched: Remainder[] = [
    {
      what: 'The number in other places of what is kept, like the text of a form, a DID, the phone of an agent, an earlier version of a call, or a notice that is no call: nobody has searched for it; --search-text does',
      until: 'as long as that is kept',
    },
  ];
  const waiting = await waitingIn(stage, sqs, finishedAt).catch(({ name }: Error): Remainder[] => [
    {
      what: `Messages that wait in the queues of the stage and may have it: they could not be counted (${name})`,
      until: `until ${after(4)} at the latest`,
    },
  ]);
  return [
    ...waiting,
    ...(stage === 'local' ? [] : onAws),
    ...(reportsUnderWay > 0 ? underWay : []),
    ...everywhere,
    ...(hasSearched ? [] : unsearched),
  ];
};

/** The queues in which messages wait: nobody can look at them without doing what they are for. */
const waitingIn = async (stage: string, sqs: Stage['sqs'], now: Date): Promise<Remainder[]> => {
  const remainders: Remainder[] = [];
  for (const [name, url] of await liveQueues(stage, sqs)) {
    const messages = await countMessages({ sqs }, url);
    if (messages === 0) continue;
    const command = new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['MessageRetentionPeriod'],
    });
    const { Attributes = {} } = await sqs.send(command);
    const days = Number(Attributes.MessageRetentionPeriod) / 86_400;
    remainders.push({
      what: `Messages that wait in the queue ${name} and may have it: ${messages}`,
      until: `until ${new Date(now.getTime() + days * DAY_MS).toISOString()} at the latest`,
    });
  }
  return remainders;
};

const liveQueues = async (stage: string, sqs: Stage['sqs']): Promise<[name: string, url: string][]> => {
  const found: [string, string][] = [];
  for (const name of ['deliveries', 'recordings', 'exports']) {
    const QueueName = `${stackName(stage)}-${name}`;
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName })).catch((error: Error) => {
      if (error.name !== 'QueueDoesNotExist') throw error;
      return { QueueUrl: undefined };
    });
    if (QueueUrl !== undefined) found.push([QueueName, QueueUrl]);
  }
  const QueueNamePrefix = `${stackName(stage)}-webhook-`;
  for await (const { QueueUrls = [] } of paginateListQueues({ client: sqs }, { QueueNamePrefix })) {
    found.push(...QueueUrls.map((url): [string, string] => [url.slice(url.lastIndexOf('/') + 1), url]));
  }
  return found;
};
