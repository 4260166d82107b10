import { allCalls } from '../shared/calls/all.ts';
import type { CallFilters } from '../shared/calls/filters.ts';
import type { CallItem } from '../shared/calls/item.ts';
import { partyKey } from '../shared/calls/party.ts';
import { latestEventOf } from '../shared/events/event.ts';
import { publish } from '../shared/events/publish.ts';
import type { Takers } from '../shared/events/takers.ts';
import { printable } from '../shared/telemetry/printable.ts';
import { chooseCallbacks } from './lib/callbacks.ts';
import { quoted } from './lib/calls/as-options.ts';
import { count, type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { enterEvents } from './lib/event-takers.ts';
import { startProgress } from './lib/progress.ts';
import { periodOf } from './lib/since.ts';
import { enterStage, openStage } from './lib/stage.ts';

const USAGE = `Usage: npm run republish -- --since <date> [--stage <stage>] [--until <date>] [--number <number>] [--callback <callback>] [--dry-run]

Sends the current state of calls again, newest first, to every endpoint of WEBHOOK_URLS and to the bus.
An event keeps its id, so a receiver that has it can ignore it. You can interrupt it; run it again from
the beginning.

  --since <date>     calls from then on, like 2026-11-01 (UTC) or 2026-11-01T08:00+08:00
  --until <date>     only calls before that time
  --number <number>  only calls with this party, as in npm run calls
  --callback <name>  only calls of this callback
  --dry-run          only print how many there are`;

const OPTIONS = {
  since: { type: 'string' },
  until: { type: 'string' },
  number: { type: 'string' },
  callback: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

const AT_ONCE = 100;

const republish = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { values, signal } = invocation;
  const { since, until, number, 'dry-run': isDry } = values;
  if (since === undefined) throw new CommandError(USAGE);
  if (number !== undefined && partyKey(number) === undefined)
    throw new CommandError(`--number ${quoted(number)} must be a number or a name.`);
  const callbacks = chooseCallbacks(values.callback).map(({ name }) => name);
  const filters: CallFilters = { ...periodOf(since, until), callbacks, ...(number && { number }) };
  const stage = await openStage(invocation);
  enterStage(invocation, stage);
  const takers = await enterEvents(invocation, stage);
  const progress = startProgress(isDry ? 'Calls found' : 'Events sent');
  let [sent, reason]: [number, string | undefined] = [0, undefined];
  try {
    for await (const calls of groupsOf(allCalls(filters, signal))) {
      if (!isDry) reason = await sendAgain(calls, takers, signal);
      if (reason !== undefined) break;
      sent += calls.length;
      progress.add(calls.length);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    progress.stop();
  }
  return tell({ sent, takers, isDry, reason: signal.aborted ? 'Interrupted' : reason });
};

/** Publishes the events of calls; returns why it ended, if one was not accepted by all. */
const sendAgain = async (
  calls: CallItem[],
  takers: Takers,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const untaken = await publish(calls.map(latestEventOf), takers, signal);
  const [reason] = untaken.values();
  return reason && `Stopped: ${reason}`;
};

async function* groupsOf(calls: AsyncIterable<CallItem>): AsyncGenerator<CallItem[]> {
  let group: CallItem[] = [];
  for await (const call of calls) {
    group.push(call);
    if (group.length < AT_ONCE) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

type Told = { sent: number; takers: Takers; isDry: boolean; reason: string | undefined };

const tell = ({ sent, takers: { bus, endpoints }, isDry, reason }: Told): Result => {
  const to = [endpoints.length > 0 && count(endpoints.length, 'endpoint'), bus && `the bus ${bus}`]
    .filter(Boolean)
    .join(' and ');
  return {
    text: `${isDry ? 'Would send' : 'Sent'} ${count(sent, 'event')} to ${to}.`,
    data: { sent: isDry ? 0 : sent, found: sent, endpoints: endpoints.length, bus: bus ?? null },
    problem:
      reason && printable(`${reason}. Run it again; a receiver recognises a repeated event by its id.`),
  };
};

await runCommand({ usage: USAGE, options: OPTIONS, run: republish });
