import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { portsFrom } from '../../infrastructure/ports.ts';
import { CommandError } from './command-error.ts';
import { credentialsError } from './credentials.ts';
import { stackName } from './settings.ts';

/** A stage's queues and table. */
export type Stage = {
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
  queueUrl: string;
  deadLetterQueueUrl: string;
  tableName: string;
  /** Time between two looks at what changes by itself; the counts of SQS are some seconds old. */
  pollMs: number;
};

/** Finds the queues and the table of a stage; stage `local` is what `npm start` runs. Throws a CommandError where there are none. */
export const openStage = async ({ stage, region }: { stage: string; region: string }): Promise<Stage> => {
  const { sqs, dynamodb } = stage === 'local' ? localClients() : awsClients(region);
  const tableName = `${stackName(stage)}-calls`;
  const urlOf = async (QueueName: string): Promise<string> => {
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    return QueueUrl;
  };
  try {
    const [queueUrl, deadLetterQueueUrl] = await Promise.all([
      urlOf(tableName),
      urlOf(`${tableName}-dlq`),
      dynamodb.send(new DescribeTableCommand({ TableName: tableName })),
    ]);
    const pollMs = stage === 'local' ? 100 : 1_000;
    return { sqs, dynamodb, queueUrl, deadLetterQueueUrl, tableName, pollMs };
  } catch (error) {
    throw explain(error as Error & { code?: string }, stage, region, tableName);
  }
};

// A queue's URL names the host that SQS thinks it has; the endpoint that is configured is the one to use.
const awsClients = (region: string) => ({
  sqs: new SQSClient({ region, useQueueUrlAsEndpoint: false }),
  dynamodb: new DynamoDBClient({ region }),
});

const localClients = () => {
  const { sqs, dynamodb } = portsFrom(process.env);
  const any = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return {
    sqs: new SQSClient({ ...any, endpoint: `http://127.0.0.1:${sqs}`, useQueueUrlAsEndpoint: false }),
    dynamodb: new DynamoDBClient({ ...any, endpoint: `http://127.0.0.1:${dynamodb}` }),
  };
};

const explain = (error: Error & { code?: string }, stage: string, region: string, name: string): Error => {
  if (stage === 'local') {
    return new CommandError(
      `The local stack does not answer (${error.code ?? error.name}): start it with "npm start" in another terminal, and give SQS_PORT and DYNAMODB_PORT where it has others than 9324 and 8000.`,
    );
  }
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (error.name === 'QueueDoesNotExist' || error.name === 'ResourceNotFoundException') {
    return new CommandError(
      `There is no queue or table ${name} in ${region}: is stage ${stage} deployed there, and in this account? Deploy it with "npm run deploy -- --stage ${stage}", or give another --stage or --region.`,
    );
  }
  return new CommandError(`AWS in ${region}: ${error.message || error.code || error.name}`);
};

/** How many messages a queue has, those that are being consumed and those that wait included. */
export const countMessages = async ({ sqs }: Pick<Stage, 'sqs'>, queueUrl: string): Promise<number> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  const { ApproximateNumberOfMessages = 0, ApproximateNumberOfMessagesNotVisible = 0 } = Attributes;
  return (
    Number(ApproximateNumberOfMessages) +
    Number(ApproximateNumberOfMessagesNotVisible) +
    Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0)
  );
};
