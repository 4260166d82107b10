import type { CallItem } from '../shared/calls/item.ts';
import { FILTERS, filtersOf, readParameters } from '../shared/calls/parameters.ts';
import { type CallEvent, EVENT_TYPES } from '../shared/events/call-event.ts';
import { eventOf } from '../shared/events/event.ts';
import { optionsFor, quoted, readAs, usageFor } from './lib/calls/as-options.ts';
import { type Change, followCalls, WINDOW } from './lib/calls/follow.ts';
import { jsonLine, printLines } from './lib/calls/output.ts';
import { type Invocation, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { eventLine } from './lib/event-line.ts';
import { enterStage, openTables } from './lib/stage.ts';

const { from: _, to: _1, ...PARAMETERS } = FILTERS;

const USAGE = `Usage: npm run events -- [--type <type>] [<filters>]

Prints the events of calls as they happen, as endpoints and the bus receive them. Ctrl-C ends it. With
--json, each line is a whole event. It reads the table of calls every second and sends nothing, so it
does not know whether an endpoint accepted an event. It prints two changes within a second as one, and
misses changes of calls that are not among the newest ${WINDOW}.

  --type <type>      only ${EVENT_TYPES.join(', ')}
${usageFor(PARAMETERS)}
`;

const OPTIONS = { ...optionsFor(PARAMETERS), type: { type: 'string' } } as const;

const events = async (invocation: Invocation<typeof OPTIONS>): Promise<undefined> => {
  const { json, signal } = invocation;
  const { type, ...given } = { ...invocation.values } as Record<string, unknown>;
  const isWanted = typed(type as string | undefined);
  const filters = readAs(PARAMETERS, given, (query) => filtersOf(readParameters(PARAMETERS, query)));
  const tables = await openTables(invocation);
  enterStage(invocation, tables);
  let told = 0;
  const start = async (_calls: CallItem[]) => {
    if (!json) await printLines([`Waiting for events, ${filters.zone}; Ctrl-C ends it`]);
  };
  const take = async ({ before, call }: Change) => {
    const event = eventOf(before, call, new Date());
    if (event === undefined || !isWanted(event)) return;
    told++;
    await printLines([json ? jsonLine(event) : eventLine(event, filters.zone)]);
  };
  await followCalls(filters, signal, start, take);
  if (!json) await printLines([`${told} ${told === 1 ? 'event' : 'events'}.`]);
  return undefined;
};

const typed = (type: string | undefined): ((event: CallEvent) => boolean) => {
  if (type === undefined) return () => true;
  if (!EVENT_TYPES.some((one) => one === type)) {
    throw new CommandError(`--type ${quoted(type)} must be ${EVENT_TYPES.join(', ')}.`);
  }
  return (event) => event.type === type;
};

await runCommand({ usage: USAGE, options: OPTIONS, run: events });
