import { stripVTControlCharacters } from 'node:util';
import type { WebhookJob } from '../shared/events/job.ts';
import type { Issue } from '../shared/payload/reader.ts';
import { callLine } from './call-line.ts';
import { type RecordingEntry, recordingLine } from './recording-line.ts';
import type { ServiceEvent } from './service.ts';
import type { Change } from './stream-record.ts';
import { eventLine } from './terminal.ts';
import { type WebhookEntry, webhookLine } from './webhook-line.ts';

/** The printed part of a function's log line. */
type Entry = RecordingEntry &
  WebhookEntry & {
    message?: string;
    callback?: string;
    route?: string;
    id?: string;
    ref?: string;
    messageId?: string;
  };

/** A message as its queue has it. */
type Message = { pk?: string; issues?: Issue[] } & Partial<WebhookJob>;

// Other lines show the result of an accepted callback.
const SHOWN = new Set([
  'stored',
  'duplicate',
  'failed',
  'unprojected',
  'forbidden',
  'unauthorized',
  'anonymous',
  'toolarge',
  'unavailable',
  'archived',
  'waiting',
  'unarchived',
  'sent',
  'unsent',
  'dropped',
]);

// Log lines about a message or a call follow it soon.
const REMEMBERED = 10_000;

const remember = <Value>(map: Map<string, Value>, key: string, value: Value): void => {
  map.delete(key);
  map.set(key, value);
  const [oldest = ''] = map.keys();
  if (map.size > REMEMBERED) map.delete(oldest);
};

/**
 * Turns the functions' logs into one line for each callback, and reports changes of their sources.
 */
export const reporter = (say: (line: string) => void, logFile: string) => {
  const messages = new Map<string, Message>();
  const calls = new Map<string, true>();

  // Logs hold no numbers. The message does, and this terminal belongs to its owner.
  const show = ({ message = '', messageId = '', ...entry }: Entry): void => {
    const known = messages.get(messageId) ?? {};
    const { pk, issues } = known;
    const what = pk ?? entry.id ?? entry.route ?? [entry.callback, entry.ref].filter(Boolean).join(' ');
    if (entry.endpoint !== undefined) say(eventLine(message, ...webhookLine(known, entry)));
    else if (entry.kind !== undefined) say(eventLine(message, what, ...recordingLine(entry)));
    else if (message === 'anonymous') say(eventLine('unauthorized', what, 'without a token'));
    else if (message !== 'stored') say(eventLine(message, what, entry.reason ?? reasons(issues)));
    // Any other stored body is printed as the call that it becomes.
    else if (issues) say(eventLine('rejected', what, reasons(issues)));
  };

  const failed = (what: string, reason: string): void =>
    say(eventLine('failed', what, reason, `see ${logFile}`));

  let problem = '';
  // esbuild prints the problem and its place on separate lines; serverless-esbuild only that there
  // is one.
  const noteBuild = (line: string): void => {
    if (line.startsWith('✘')) problem = line.replace(/^✘ \[ERROR\] /, '');
    else if (/^\s+\S+:\d+:\d+:$/.test(line)) problem = `${line.trim()} ${problem}`;
    else if (line.includes('Bundle error')) say(eventLine('not built', problem));
  };

  return {
    /** A message that is passed to a function. */
    received: (messageId: string, body: string): void => {
      remember(messages, messageId, parse(body) ?? {});
    },
    /** A line that the functions or Serverless printed. */
    line: (line: string): void => {
      const entry: Entry | undefined = parse(line);
      if (entry === undefined) noteBuild(stripVTControlCharacters(line));
      else if (SHOWN.has(entry.message ?? '')) show(entry);
    },
    /** A call was written. */
    call: (change: Change): void => {
      remember(calls, change.after?.pk?.S ?? '', true);
      const line = callLine(change);
      if (line) say(eventLine('call', ...line));
    },
    /** Deliveries have been projected; those of no call get their line here. */
    projected: (pks: string[]): void => {
      for (const pk of new Set(pks)) {
        if (!calls.has(pk) && !pk.startsWith('rejected#')) say(eventLine('stored', pk));
      }
    },
    /** An event of the functions. */
    happened: (event: ServiceEvent): void => {
      if (event.type === 'reloaded') say(eventLine('reloaded', 'the functions'));
      if (event.type === 'unknown') say(eventLine('not found', `${event.method} ${event.path}`));
      if (event.type === 'refused') {
        const outcome = event.status === 401 ? 'unauthorized' : 'forbidden';
        say(eventLine(outcome, `${event.method} ${event.path}`, event.reason));
      }
      if (event.type === 'failed') failed(event.functionName, event.reason);
    },
    failed,
  };
};

const reasons = (issues: Issue[] = []): string =>
  issues.map(({ path, message }) => `${path || 'body'} ${message}`).join('; ');

const parse = (line: string): object | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
