import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { portsFrom } from '../../infrastructure/ports.ts';
import { CommandError } from './command-error.ts';
import { credentialsError } from './credentials.ts';
import { stackName } from './settings.ts';

/** A stage's tables. */
export type Tables = { dynamodb: DynamoDBClient; deliveriesTable: string; callsTable: string };

/** A stage's queues and tables. */
export type Stage = Tables & {
  sqs: SQSClient;
  queueUrl: string;
  deadLetterQueueUrl: string;
  /**
   * The time between two reads of what changes by itself; the counts of SQS are some seconds old.
   */
  pollMs: number;
};

type Place = { stage: string; region: string };

/**
 * Finds the tables of a stage, all that reading needs. Throws a CommandError if they do not exist.
 */
export const openTables = async (place: Place): Promise<Tables> => {
  const { stage, region } = place;
  const { dynamodb } = clientsOf(place);
  const tables = {
    dynamodb,
    deliveriesTable: `${stackName(stage)}-deliveries`,
    callsTable: `${stackName(stage)}-calls`,
  };
  try {
    await Promise.all([
      dynamodb.send(new DescribeTableCommand({ TableName: tables.deliveriesTable })),
      dynamodb.send(new DescribeTableCommand({ TableName: tables.callsTable })),
    ]);
    return tables;
  } catch (error) {
    throw explain(error as Error & { code?: string }, stage, region);
  }
};

/** How many items a table has about: DynamoDB counts them every six hours. */
export const approximateItems = async (dynamodb: DynamoDBClient, TableName: string): Promise<number> => {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  return Table?.ItemCount ?? 0;
};

/**
 * Finds the queues and tables of a stage; stage `local` is the one of `npm start`. Throws a
 * CommandError if any is missing.
 */
export const openStage = async (place: Place): Promise<Stage> => {
  const { stage, region } = place;
  const { sqs } = clientsOf(place);
  const urlOf = async (QueueName: string): Promise<string> => {
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    return QueueUrl;
  };
  try {
    const [queueUrl, deadLetterQueueUrl, tables] = await Promise.all([
      urlOf(`${stackName(stage)}-deliveries`),
      urlOf(`${stackName(stage)}-deliveries-dlq`),
      openTables(place),
    ]);
    const pollMs = stage === 'local' ? 100 : 1_000;
    return { sqs, queueUrl, deadLetterQueueUrl, ...tables, pollMs };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw explain(error as Error & { code?: string }, stage, region);
  }
};

const clientsOf = ({ stage, region }: Place) => (stage === 'local' ? localClients() : awsClients(region));

// A queue's URL names the host of SQS; use the configured endpoint instead.
const awsClients = (region: string) => ({
  sqs: new SQSClient({ region, useQueueUrlAsEndpoint: false }),
  dynamodb: new DynamoDBClient({ region }),
});

const ANY_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

const localClients = () => {
  const endpoints = localEndpoints();
  const any = { region: 'local', credentials: ANY_CREDENTIALS };
  return {
    sqs: new SQSClient({ ...any, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false }),
    dynamodb: new DynamoDBClient({ ...any, endpoint: endpoints.dynamodb }),
  };
};

const localEndpoints = () => {
  const { sqs, dynamodb } = portsFrom(process.env);
  return { sqs: `http://127.0.0.1:${sqs}`, dynamodb: `http://127.0.0.1:${dynamodb}` };
};

/** Configures the functions' code, which reads the environment, for a stage. */
export const enterStage = ({ stage, region }: Place, { deliveriesTable, callsTable }: Tables): void => {
  const { env } = process;
  Object.assign(env, { AWS_REGION: region, DELIVERIES_TABLE: deliveriesTable, CALLS_TABLE: callsTable });
  if (stage !== 'local') return;
  const { sqs, dynamodb } = localEndpoints();
  Object.assign(env, {
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_S3: sqs,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  });
  env.AWS_ACCESS_KEY_ID = ANY_CREDENTIALS.accessKeyId;
  env.AWS_SECRET_ACCESS_KEY = ANY_CREDENTIALS.secretAccessKey;
  // It would win over the keys.
  delete env.AWS_PROFILE;
};

const explain = (error: Error & { code?: string }, stage: string, region: string): Error => {
  const isMissing = error.name === 'QueueDoesNotExist' || error.name === 'ResourceNotFoundException';
  if (stage === 'local') {
    return new CommandError(
      isMissing
        ? 'The local stack does not have the queues and tables of this version: restart "npm start".'
        : `The local stack does not answer (${error.code ?? error.name}): start it with "npm start" in another terminal. If its ports are not 9324 and 8000, set SQS_PORT and DYNAMODB_PORT here too.`,
    );
  }
  const credentials = credentialsError(error);
  if (credentials) return credentials;
  if (isMissing) {
    return new CommandError(
      `Stage ${stage} does not exist in ${region} in this account, or lacks queues or tables. Deploy it with "npm run deploy -- --stage ${stage}", or give another --stage or --region.`,
    );
  }
  return new CommandError(`AWS in ${region}: ${error.message || error.code || error.name}`);
};

/** How many messages a queue has, including those in flight and those that are delayed. */
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
