import { callOfKey } from '../shared/callbacks/list.ts';
import { openHistory } from '../shared/calls/open.ts';
import { printable } from '../shared/telemetry/printable.ts';
import { commandLine, quoted } from './lib/calls/as-options.ts';
import { bodiesOf, bodyLines } from './lib/calls/bodies.ts';
import { differencesOf } from './lib/calls/differences.ts';
import { findByRef, type Listing, listCalls } from './lib/calls/list.ts';
import { FILTER_OPTIONS, FILTER_USAGE, readOptions } from './lib/calls/options.ts';
import { jsonLine, printLines, terminalWidth } from './lib/calls/output.ts';
import { savingLines, sheetEnd, sheetOf } from './lib/calls/sheet.ts';
import { watchCalls } from './lib/calls/watch.ts';
import { count, type Invocation, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { enterStage, openTables, type Tables } from './lib/stage.ts';

const USAGE = `Usage: npm run calls -- [<filters>] [--all | --watch]
       npm run calls -- <key of a call>
       npm run calls -- --ref <ref> [--from <time>]

Lists calls, newest first; shows one with its timeline and versions; finds the call of a log line.
Filters combine. With --json, a list has one call a line, and a single call is printed whole.
A key is like pns#45. The key rejected#pns has the bodies that were rejected for PNS.

  --all              every page, not only the first
  --watch            print calls as they arrive, and those of the newest 500 that change
  --ref <ref>        the call of a log line, by its 16 hex digits; searches 30 days, or since --from
  --wide             cut no text, however long the lines become
${FILTER_USAGE}
`;

const OPTIONS = {
  ...FILTER_OPTIONS,
  all: { type: 'boolean' },
  watch: { type: 'boolean' },
  wide: { type: 'boolean' },
  ref: { type: 'string' },
} as const;

const calls = async (invocation: Invocation<typeof OPTIONS>): Promise<undefined> => {
  const { positionals, signal, json } = invocation;
  const { json: _, ...given } = { ...invocation.values } as Record<string, unknown>;
  const asked = readOptions(given);
  const kind = kindOf(given, positionals);
  const tables = await openTables(invocation);
  enterStage(invocation, tables);
  const width = given.wide ? Number.MAX_SAFE_INTEGER : terminalWidth();
  const listing: Listing = { asked, given, json, width, signal, all: given.all === true };
  if (kind === 'list') return listCalls(listing).then(() => undefined);
  if (kind === 'watch') return watchCalls(listing).then(() => undefined);
  try {
    const pk = kind === 'ref' ? await keyOfRef(listing, String(given.ref)) : (positionals[0] ?? '');
    await showOne(invocation, tables, listing, pk);
    return undefined;
  } catch (error) {
    throw signal.aborted ? new CommandError('Interrupted.') : error;
  }
};

/** The kind of request; throws a CommandError if it is more than one. */
const kindOf = (given: Record<string, unknown>, positionals: string[]): 'list' | 'watch' | 'ref' | 'one' => {
  const [pk, other] = positionals;
  if (other !== undefined) throw new CommandError(`One key at a time: ${printable(other)} is too many.`);
  if (pk !== undefined && !pk.includes('#')) {
    throw new CommandError(
      `${printable(pk)} is not a key of a call, like pns#45; "npm run calls -- -h" lists the options.`,
    );
  }
  const kinds = [
    pk !== undefined && ('a key' as const),
    given.ref !== undefined && ('--ref' as const),
    given.watch === true && ('--watch' as const),
    given.all === true && ('--all' as const),
  ].filter((kind) => kind !== false);
  if (kinds.length > 1) throw new CommandError(`${kinds.join(' and ')} cannot be combined.`);
  const [kind] = kinds;
  const useless = Object.keys(given).find(
    (option) => given[option] !== undefined && USELESS[kind ?? 'a list']?.includes(option),
  );
  if (useless) throw new CommandError(`--${useless} has no effect with ${kind}.`);
  if (kind === '--ref' && !/^[0-9a-f]{16}$/.test(String(given.ref))) {
    throw new CommandError(
      `--ref ${quoted(String(given.ref))} must be the ref of a log line: 16 hex digits.`,
    );
  }
  if (kind === 'a key') return 'one';
  return kind === '--ref' ? 'ref' : kind === '--watch' ? 'watch' : 'list';
};

const USELESS: Record<string, string[]> = {
  'a key': Object.keys(FILTER_OPTIONS).filter((option) => option !== 'zone'),
  '--ref': ['cursor', 'limit'],
  '--watch': ['cursor', 'limit', 'to'],
};

const keyOfRef = async ({ asked, signal, given }: Listing, ref: string): Promise<string> => {
  const pk = await findByRef(asked, ref, signal);
  if (pk !== undefined) return pk;
  throw new CommandError(
    `No call since ${asked.filters.from} has the ref ${ref}${given.from ? '' : ': give an earlier --from'}.`,
  );
};

/** Prints a call, or the bodies under a key that is not a call's. */
const showOne = async (
  { stage }: Invocation,
  tables: Tables,
  { asked, given, json, width, signal }: Listing,
  pk: string,
): Promise<void> => {
  const { zone } = asked.filters;
  const found = callOfKey(pk) && (await openHistory(pk, signal));
  if (found === undefined) return showBodies(tables, { json, width, signal, zone }, pk);
  const { opened, history } = found;
  if (!json) {
    const command = `${commandLine({ stage: given.stage, region: given.region })} ${quoted(pk)}`;
    return printLines([
      ...sheetOf(opened, history, { zone, width }),
      '',
      ...savingLines(opened, command.replace('npm run calls', 'npm run recording')),
      sheetEnd(opened, `${command.replace('npm run', 'npm run -s')} --json`),
    ]);
  }
  const versions = opened.versions.map((version, n) => ({
    ...version,
    changes: differencesOf(history.records[n - 1] ?? {}, history.records[n] ?? {}),
  }));
  await printLines([jsonLine({ stage, ...opened, versions, deliveries: history.deliveries })]);
};

type Shown = { json: boolean; width: number; signal: AbortSignal; zone: string };

const showBodies = async (
  tables: Tables,
  { json, width, signal, zone }: Shown,
  pk: string,
): Promise<void> => {
  let bodies = 0;
  for await (const body of bodiesOf(tables, pk, signal)) {
    bodies++;
    await printLines(json ? [jsonLine(body)] : bodyLines(body, zone, width));
  }
  if (bodies === 0) {
    throw new CommandError(`Nothing was found for ${printable(pk)}; a key is like pns#45 or rejected#pns.`);
  }
  if (!json)
    await printLines([`${count(bodies, 'body', 'bodies')} that are no calls. --json prints them whole.`]);
};

await runCommand({ usage: USAGE, options: OPTIONS, takesPositionals: true, run: calls });
