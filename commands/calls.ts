import { pipeline } from 'node:stream/promises';
import { paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Invocation, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { openStage, type Stage } from './lib/stage.ts';

const USAGE = `Usage: npm run calls -- [--stage <stage>] [<pk>]

Prints what the table has of a call, like pns#45 or predictive#<uuid>, as JSON. Without a key, and only on stage local: a line for each
item of the table.
`;

type Item = Record<string, unknown>;
type Items = AsyncIterable<Item>;

const calls = async (invocation: Invocation): Promise<undefined> => {
  const [pk, ...others] = invocation.positionals;
  if (others.length > 0 || (pk === undefined && invocation.stage !== 'local')) throw new CommandError(USAGE);
  const stage = await openStage(invocation);
  const items = pk === undefined ? wholeTable(stage) : notEmpty(itemsOf(stage, pk), pk);
  const text = invocation.json
    ? asJson(invocation.stage, items)
    : pk === undefined
      ? asList(items)
      : asIs(items);
  await pipeline(text, process.stdout, { end: false });
};

async function* asJson(stage: string, items: Items): AsyncGenerator<string> {
  let before = `{"stage":${JSON.stringify(stage)},"items":[\n`;
  for await (const item of items) {
    yield before + JSON.stringify(item);
    before = ',\n';
  }
  yield before === ',\n' ? '\n]}\n' : `${before}]}\n`;
}

async function* asIs(items: Items): AsyncGenerator<string> {
  for await (const item of items) yield `${JSON.stringify(item, null, 2)}\n`;
}

async function* asList(items: Items): AsyncGenerator<string> {
  const rows: { pk: string; receivedAt: string; rest: string }[] = [];
  let width = 0;
  for await (const { pk, sk, receivedAt, status = '' } of items) {
    rows.push({ pk: String(pk), receivedAt: String(receivedAt), rest: `${sk}  ${status}` });
    width = Math.max(width, String(pk).length);
  }
  rows.sort((a, b) => a.receivedAt.localeCompare(b.receivedAt));
  for (const { pk, receivedAt, rest } of rows)
    yield `${`${receivedAt}  ${pk.padEnd(width)}  ${rest}`.trimEnd()}\n`;
  const [first] = rows;
  yield first
    ? `\nnpm run calls -- '${first.pk}' shows all that there is of one.\n`
    : 'The table is empty.\n';
}

async function* notEmpty(items: Items, pk: string): AsyncGenerator<Item> {
  let isEmpty = true;
  for await (const item of items) {
    isEmpty = false;
    yield item;
  }
  if (isEmpty) throw new CommandError(`The table has no ${pk}; a key is like pns#45.`);
}

async function* itemsOf({ dynamodb, tableName }: Stage, pk: string): AsyncGenerator<Item> {
  const query = {
    TableName: tableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
  };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
    yield* Items.map((item) => unmarshall(item));
  }
}

async function* wholeTable({ dynamodb, tableName }: Stage): AsyncGenerator<Item> {
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: tableName })) {
    yield* Items.map((item) => unmarshall(item));
  }
}

await runCommand({ usage: USAGE, takesPositionals: true, run: calls });
