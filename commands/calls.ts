import { parseArgs } from 'node:util';
import { paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { CommandError, runCommand, say } from './lib/command.ts';
import { openStage, type Stage } from './lib/stage.ts';

const USAGE = `Usage: npm run calls -- [--stage <stage>] [--region <region>] [<pk>]

Prints what the table says of a call, like pns#45 or predictive#<uuid>, as JSON. Without a key, and only on stage local: a line for each item
of the table.`;

const calls = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { stage: { type: 'string', default: 'local' }, region: { type: 'string' } },
  });
  const [pk, ...others] = positionals;
  if (others.length > 0) throw new CommandError(USAGE);
  if (pk === undefined && values.stage !== 'local') throw new CommandError(USAGE);
  const stage = await openStage(values.stage, values.region);
  if (pk === undefined) return list(await wholeTable(stage));
  const items = await itemsOf(stage, pk);
  if (items.length === 0) throw new CommandError(`The table has no ${pk}; a key is like pns#45.`);
  for (const item of items) say(JSON.stringify(item, null, 2));
};

const list = (items: Item[]): void => {
  const width = Math.max(...items.map(({ pk }) => String(pk).length));
  for (const { receivedAt, pk, sk, status = '' } of items) {
    say(`${receivedAt}  ${String(pk).padEnd(width)}  ${sk}  ${status}`.trimEnd());
  }
  const [{ pk } = { pk: '' }] = items;
  say(
    items.length > 0 ? `\nnpm run calls -- '${pk}' shows all that there is of one.` : 'The table is empty.',
  );
};

type Item = Record<string, unknown>;

const itemsOf = async ({ dynamodb, tableName }: Stage, pk: string): Promise<Item[]> => {
  const query = {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
  };
  const items: Item[] = [];
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
    items.push(...Items.map((item) => unmarshall(item)));
  }
  return items;
};

const wholeTable = async ({ dynamodb, tableName }: Stage): Promise<Item[]> => {
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: tableName })) {
    items.push(...Items.map((item) => unmarshall(item)));
  }
  return items.sort((a, b) => String(a.receivedAt).localeCompare(String(b.receivedAt)));
};

await runCommand(calls, USAGE);
