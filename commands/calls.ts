import { pipeline } from 'node:stream/promises';
import { GetItemCommand, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { CallItem } from '../shared/calls/item.ts';
import { summaryOf } from '../shared/calls/summary.ts';
import { printable } from '../shared/telemetry/printable.ts';
import { type Invocation, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { openStage, type Stage } from './lib/stage.ts';

const USAGE = `Usage: npm run calls -- [--stage <stage>] [<pk>]

Prints a call, like pns#45 or predictive#<uuid>, and its deliveries as JSON; of rejected#pns the rejected bodies. Without a key, and only
on stage local: a line for each call, the oldest first.
`;

type Item = Record<string, unknown>;
type Items = AsyncGenerator<Item, void>;

const calls = async (invocation: Invocation): Promise<undefined> => {
  const [pk, ...others] = invocation.positionals;
  if (others.length > 0 || (pk === undefined && invocation.stage !== 'local')) throw new CommandError(USAGE);
  const stage = await openStage(invocation);
  const texts = pk === undefined ? listTexts(invocation, stage) : await callTexts(invocation, stage, pk);
  await pipeline(texts, process.stdout, { end: false });
};

/** A call, and what was received of it. */
const callTexts = async ({ json, stage: name }: Invocation, stage: Stage, pk: string) => {
  const call = await callOf(stage, pk);
  const deliveries = deliveriesOf(stage, pk);
  const first = await deliveries.next();
  if (call === undefined && first.done) {
    throw new CommandError(`There is no ${pk}; a key is like pns#45 or rejected#pns.`);
  }
  const rest = continued(first, deliveries);
  return json ? jsonTexts({ stage: name, call }, 'deliveries', rest) : plainTexts(call, rest);
};

async function* plainTexts(call: Item | undefined, deliveries: Items): AsyncGenerator<string> {
  if (call) yield `${JSON.stringify(call, null, 2)}\n`;
  for await (const delivery of deliveries) yield `${JSON.stringify(delivery, null, 2)}\n`;
}

/** An object with a list that is never in memory as a whole. */
async function* jsonTexts(head: object, name: string, items: Items): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"${name}":[`;
  let separator = '\n';
  for await (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',\n';
  }
  yield '\n]}\n';
}

async function* listTexts({ json, stage: name }: Invocation, stage: Stage): AsyncGenerator<string> {
  if (json) return yield* jsonTexts({ stage: name }, 'calls', allCalls(stage));
  const rows: { at: string; line: string; pk: string }[] = [];
  for await (const item of allCalls(stage)) {
    const call = item as CallItem;
    rows.push({ at: call.at, line: callLine(call), pk: call.pk });
  }
  rows.sort((a, b) => (a.at < b.at ? -1 : 1));
  for (const { line } of rows) yield `${line}\n`;
  const last = rows.at(-1);
  yield last
    ? `\nnpm run calls -- '${printable(last.pk)}' shows all that there is of one.\n`
    : 'There are no calls.\n';
}

/** A line for a call; its key comes last, since it can be long. */
const callLine = (call: CallItem): string => {
  const { parties, outcome } = summaryOf(call);
  return printable([localTime(call.at), outcome.padEnd(16), parties.padEnd(28), call.pk].join('  '));
};

// Swedish writes a date and a time as ISO 8601 does, without its T.
const localTime = (at: string): string => new Date(at.split('#')[0] ?? '').toLocaleString('sv');

const callOf = async ({ dynamodb, callsTable }: Stage, pk: string): Promise<Item | undefined> => {
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: callsTable, Key: { pk: { S: pk } } }));
  return Item && unmarshall(Item);
};

async function* deliveriesOf({ dynamodb, deliveriesTable }: Stage, pk: string): Items {
  const query = {
    TableName: deliveriesTable,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
  };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
    yield* Items.map((item) => unmarshall(item));
  }
}

async function* allCalls({ dynamodb, callsTable }: Stage): Items {
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: callsTable })) {
    yield* Items.map((item) => unmarshall(item));
  }
}

async function* continued(first: IteratorResult<Item, void>, rest: Items): Items {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

await runCommand({ usage: USAGE, takesPositionals: true, run: calls });
