import { callLine } from './call-line.ts';
import type { Change } from './stream-record.ts';
import { eventLine } from './terminal.ts';

/** A log line of a function, as far as it is shown. */
type Entry = { message?: string; callback?: string; id?: string; messageId?: string; reason?: string };

/** A message as the queue has it. */
type Delivery = { pk?: string; sk?: string; issues?: { path: string; message: string }[] };

// A receiver's own outcomes are shown only if nothing reaches the consumer.
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

// A log line comes soon after the message that it is about.
const REMEMBERED = 10_000;

/** Turns the functions' logs into one line for each callback, and tells what became of a change of their sources. */
export const reporter = (say: (line: string) => void, logFile: string) => {
  const deliveries = new Map<string, Delivery>();
  const projected = new Set<string>();
  let projects = false;

  // Logs do not say what a call's numbers are; the message does, and this terminal is the owner's.
  const show = ({ message = '', callback, id = callback, messageId = '', reason }: Entry): void => {
    const { pk = id, sk, issues } = deliveries.get(messageId) ?? {};
    const outcome = issues && message === 'stored' ? 'rejected' : message;
    if (outcome === 'stored' && projects) return;
    say(eventLine(outcome, pk, issues ? reasons(issues) : (reason ?? position(sk))));
  };

  let problem = '';
  // esbuild tells what is wrong and where in lines of their own, serverless-esbuild only that something is.
  const noteBuild = (line: string): void => {
    if (line.startsWith('✘')) problem = line.replace(/^✘ \[ERROR\] /, '');
    else if (/^\s+\S+:\d+:\d+:$/.test(line)) problem = `${line.trim()} ${problem}`;
    else if (line.includes('Bundle error')) say(eventLine('not built', problem));
  };

  return {
    /** A message that is handed to a function. */
    received: (messageId: string, body: string): void => {
      deliveries.set(messageId, parse(body) ?? {});
      const [oldest = ''] = deliveries.keys();
      if (deliveries.size > REMEMBERED) deliveries.delete(oldest);
    },
    /** A line that the functions or Serverless printed. */
    line: (line: string): void => {
      const entry: Entry | undefined = parse(line);
      if (entry === undefined) noteBuild(line);
      else if (SHOWN.has(entry.message ?? '')) show(entry);
    },
    /** From now on a delivery is shown as the call that it becomes. */
    expectCalls: (): void => {
      projects = true;
    },
    /** A call was written. */
    call: (change: Change): void => {
      projected.add(change.after?.pk?.S ?? '');
      const line = callLine(change);
      if (line) say(eventLine('call', ...line));
    },
    /** Deliveries have been projected: of what became no call, or changed none, this is the only line. */
    projected: (pks: Iterable<string>): void => {
      for (const pk of new Set(pks)) {
        if (!projected.delete(pk) && !pk.startsWith('rejected#')) say(eventLine('stored', pk));
      }
    },
    reloaded: (): void => say(eventLine('reloaded', 'the functions')),
    unknown: (method: string, path: string): void => say(eventLine('not found', `${method} ${path}`)),
    failed: (what: string, reason: string): void => say(eventLine('failed', what, reason, `see ${logFile}`)),
  };
};

const reasons = (issues: NonNullable<Delivery['issues']>): string =>
  issues.map(({ path, message }) => `${path || 'body'} ${message}`).join('; ');

// Of the bodies of one call, the one that is meant; a hash says nothing.
const position = (sk = ''): string => (/^(call|body#.*|[0-9a-f]{64})$/.test(sk) ? '' : sk);

const parse = (line: string): object | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
