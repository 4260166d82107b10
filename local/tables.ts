import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { SetupError } from '../infrastructure/ports.ts';
import type { TableFeatures } from './journal.ts';
import type { Resources } from './plugin.ts';
import type { View } from './stream-record.ts';

/** A table as serverless.yml declares it. */
type Declared = CreateTableCommandInput & {
  TableName: string;
  StreamSpecification?: { StreamViewType: View };
  TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean };
};

/** The tables of serverless.yml, by logical id. */
const declaredTables = (resources: Resources): [logicalId: string, table: Declared][] =>
  Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table')
    .map(([logicalId, { Properties }]) => [logicalId, Properties as object as Declared]);

/** The tables' names, by logical id. */
export const tableNamesOf = (resources: Resources): Record<string, string> =>
  Object.fromEntries(declaredTables(resources).map(([logicalId, { TableName }]) => [logicalId, TableName]));

/**
 * The properties that dynalite lacks, by table name. A stream that no function reads is not kept.
 */
export const featuresOf = (
  resources: Resources,
  streams: { table: string }[],
): Record<string, TableFeatures> =>
  Object.fromEntries(
    declaredTables(resources).map(([logicalId, table]) => [
      table.TableName,
      {
        keys: names(table.KeySchema),
        stream: streams.some((stream) => stream.table === logicalId)
          ? table.StreamSpecification?.StreamViewType
          : undefined,
        expiry: table.TimeToLiveSpecification?.Enabled
          ? table.TimeToLiveSpecification.AttributeName
          : undefined,
      },
    ]),
  );

/**
 * Creates the tables that do not exist yet; throws a SetupError, and creates none, if one exists in
 * another shape.
 */
export const createTables = async (dynamodb: DynamoDBClient, resources: Resources): Promise<void> => {
  const tables = declaredTables(resources).map(([, table]) => table);
  const found = await Promise.all(tables.map(({ TableName }) => describe(dynamodb, TableName)));
  const older = tables.find((table, index) => found[index] && !isSame(table, found[index]));
  if (older) throw new SetupError(olderLayout(older.TableName));
  const wide = tables.find(projectsTooMuch);
  if (wide) throw new SetupError(tooWide(wide.TableName));
  for (const [index, table] of tables.entries()) {
    if (found[index] !== undefined) continue;
    const { TableName, AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes } = table;
    await createTable(dynamodb, {
      TableName,
      AttributeDefinitions,
      KeySchema,
      BillingMode,
      GlobalSecondaryIndexes,
    });
  }
};

/** Creates a table, and resolves when it can be used. */
export const createTable = async (
  dynamodb: DynamoDBClient,
  input: CreateTableCommandInput,
): Promise<void> => {
  await dynamodb.send(new CreateTableCommand(input));
  while ((await describe(dynamodb, input.TableName))?.TableStatus !== 'ACTIVE') await sleep(5);
};

const olderLayout = (name: string) =>
  `The data folder comes from another version: its table ${name} has other keys or indexes than serverless.yml.
Start with "npm start -- --fresh" to delete its data, or set DATA_DIR to another folder to keep it.`;

const tooWide = (name: string) =>
  `AWS would refuse table ${name}: an index may INCLUDE at most 20 attributes, all indexes of a table at most 100.`;

const projectsTooMuch = ({ GlobalSecondaryIndexes = [] }: Declared): boolean => {
  const counts = GlobalSecondaryIndexes.map(({ Projection }) => Projection?.NonKeyAttributes?.length ?? 0);
  return Math.max(0, ...counts) > 20 || counts.reduce((sum, count) => sum + count, 0) > 100;
};

const describe = async (dynamodb: DynamoDBClient, TableName: string | undefined) => {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

// The emulator cannot add an index, and keys cannot change at all.
const isSame = (declared: Declared, found: TableDescription): boolean =>
  isDeepStrictEqual(shapeOf(declared), shapeOf(found));

const shapeOf = ({
  KeySchema,
  AttributeDefinitions = [],
  GlobalSecondaryIndexes = [],
}: Declared | TableDescription) => ({
  keys: names(KeySchema),
  types: Object.fromEntries(
    AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  ),
  indexes: Object.fromEntries(
    GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys, Projection }) => [
      IndexName,
      [names(keys), Projection?.ProjectionType, [...(Projection?.NonKeyAttributes ?? [])].sort()],
    ]),
  ),
});

// The hash key comes first.
const names = (schema: KeySchemaElement[] = []): string[] =>
  schema.map(({ AttributeName = '' }) => AttributeName);
