import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Issue } from '../shared/deliveries/message.ts';
import { clients } from './emulators.ts';
import type { Stack } from './stack.ts';

/** What to paste where, and how to see that it works. */
export const banner = ({ urls, tableName, dynamodbEndpoint }: Stack): string => {
  const width = Math.max(...Object.keys(urls).map((name) => name.length));
  const lines = Object.entries(urls).map(([name, url]) => `  ${name.padEnd(width)}  ${url}?token=local`);
  return `
Callback URLs, for this machine (Call Center sends the token as a header instead)
${lines.join('\n')}

Table ${tableName} at ${dynamodbEndpoint} (any credentials, any region)

Try it in another terminal
  curl '${urls.pns}?token=local' -d '{"id":45,"callId":"1604763745256783873","duration":6,"startAt":1671440452,"answerAt":1671440454}'

Ctrl-C stops everything; the data stays. A line for each callback:
`;
};

type Entry = {
  message?: string;
  timestamp?: string;
  callback?: string;
  id?: string;
  entry?: string;
  issues?: string[];
  messageId?: string;
  reason?: string;
};

// A receiver's own outcomes are shown only where nothing reaches the consumer.
const SHOWN = new Set([
  'stored',
  'duplicate',
  'changed',
  'failed',
  'forbidden',
  'unauthorized',
  'toolarge',
  'unavailable',
]);

/** Turns the functions' logs into one line for each callback, and tells what a change of their sources came to. */
export const reporter = (say: (line: string) => void) => {
  let table: { name: string; dynamodb: DynamoDBClient } | undefined;

  const print = (at: string, outcome: string, ...details: string[]) =>
    say(`${at.slice(11, 19)}  ${outcome.padEnd(12)}  ${details.filter(Boolean).join('  ')}`);

  const show = async (entry: Entry): Promise<void> => {
    const { message = '', callback = '', id = callback } = entry;
    const outcome = entry.issues && message === 'stored' ? 'rejected' : message;
    const detail = outcome === 'rejected' ? await reasons(entry) : (entry.reason ?? position(entry));
    print(entry.timestamp ?? '', outcome, id, detail);
  };

  // The log names only the paths: reasons can quote the body, so they stay in the table.
  const reasons = async ({ id = '', entry = '', issues = [] }: Entry): Promise<string> => {
    if (table === undefined) return issues.join(', ');
    const Key = { pk: { S: id }, sk: { S: entry } };
    const { Item = {} } = await table.dynamodb.send(new GetItemCommand({ TableName: table.name, Key }));
    const stored: Issue[] = unmarshall(Item).issues ?? [];
    return stored.map(({ path, message }) => `${path || 'body'} ${message}`).join('; ');
  };

  let problem = '';
  // esbuild tells what is wrong and where in lines of their own, serverless-esbuild only that something is.
  const noteBuild = (line: string): void => {
    if (line.startsWith('✘')) problem = line.replace(/^✘ \[ERROR\] /, '');
    else if (/^\s+\S+:\d+:\d+:$/.test(line)) problem = `${line.trim()} ${problem}`;
    else if (line.includes('Bundle error')) print(now(), 'not built', problem);
  };

  return {
    connect: ({ tableName, sqsEndpoint, dynamodbEndpoint }: Stack) => {
      const { dynamodb } = clients({ sqs: sqsEndpoint, dynamodb: dynamodbEndpoint });
      table = { name: tableName, dynamodb };
    },
    reloaded: (): void => print(now(), 'reloaded', 'the functions'),
    line: (line: string): void => {
      const entry = parse(line);
      if (entry === undefined) noteBuild(line);
      if (entry && SHOWN.has(entry.message ?? ''))
        show(entry).catch((error) => say(`report: ${error.message}`));
    },
  };
};

const now = (): string => new Date().toISOString();

const position = ({ entry }: Entry): string => (entry === undefined || entry === 'call' ? '' : entry);

const parse = (line: string): Entry | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
