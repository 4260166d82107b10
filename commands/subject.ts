import { stageZone } from '../shared/calls/period.ts';
import { type FoundCall, findCalls } from '../shared/erasure/find.ts';
import { type PhoneNumber, phoneNumberOf } from '../shared/erasure/phone-number.ts';
import { enterBucket } from './lib/bucket.ts';
import { quoted } from './lib/calls/as-options.ts';
import { localTime, timeOf } from './lib/calls/words.ts';
import { count, type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { startProgress } from './lib/progress.ts';
import { enterStage, openTables } from './lib/stage.ts';
import { type Contents, writeBundle } from './lib/subject/bundle.ts';
import { writeWholeFolder } from './lib/subject/whole-folder.ts';
import { fileNamed } from './lib/whole-file.ts';

const USAGE = `Usage: npm run subject -- --number <number> --out <folder> [--stage <stage>] [--with <ref>]

Writes everything about a number into a new folder, for a person who requests their data: calls.html to
read, calls.json, each body as received, and the recordings. Before you hand it out, check what it
reveals about agents and others: docs/privacy.md.

  --number <number>  of a caller, a callee or a leg, with its country code; at least its last 10 digits must match
  --out <folder>     the folder to write, which must not exist yet
  --with <ref>       also the call with this ref, listed because fewer digits match; repeatable
`;

const OPTIONS = {
  number: { type: 'string' },
  out: { type: 'string' },
  with: { type: 'string', multiple: true, default: [] as string[] },
} as const;

const subject = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { values, signal } = invocation;
  const number = numberOf(values.number);
  if (!values.out) throw new CommandError(USAGE);
  const folder = fileNamed(values.out);
  const zone = stageZone();
  enterStage(invocation, await openTables(invocation));
  await enterBucket(invocation);
  try {
    const { taken, left } = chosen(await findAll(number, signal), values.with);
    if (taken.length === 0) return tell(undefined, left, zone);
    const pks = taken.map(({ pk }) => pk);
    const title = `Calls of a number, ${localTime(new Date().toISOString(), zone)}`;
    const progress = startProgress('Writing calls', pks.length);
    const contents = await writeWholeFolder(folder, (partial) =>
      writeBundle({ pks, folder: partial, title, zone }, progress.add, signal),
    ).finally(progress.stop);
    return tell({ folder, ...contents }, left, zone);
  } catch (error) {
    throw signal.aborted ? new CommandError('Interrupted. Nothing was saved.') : error;
  }
};

const numberOf = (written: string | undefined): PhoneNumber => {
  if (written === undefined) throw new CommandError(USAGE);
  const number = phoneNumberOf(written);
  if (number !== undefined) return number;
  throw new CommandError(`--number ${quoted(written)} must be a telephone number with at least 7 digits.`);
};

/** The calls of the number, the newest first. */
const findAll = async (number: PhoneNumber, abortSignal: AbortSignal): Promise<FoundCall[]> => {
  const progress = startProgress('Calls found');
  const found: FoundCall[] = [];
  try {
    for await (const call of findCalls(number, { abortSignal })) {
      found.push(call);
      progress.add();
    }
  } finally {
    progress.stop();
  }
  return found.sort((a, b) => (a.at < b.at ? 1 : -1));
};

/** Those that are the number's without doubt, and those that the command line names; and the others. */
const chosen = (found: readonly FoundCall[], refs: readonly string[]) => {
  const isTaken = ({ match, ref }: FoundCall) => match === 'same' || refs.includes(ref);
  const unknown = refs.find((ref) => !found.some((call) => call.ref === ref));
  if (unknown !== undefined)
    throw new CommandError(`--with ${quoted(unknown)} is the ref of none of the calls of this number.`);
  return { taken: found.filter(isTaken), left: found.filter((call) => !isTaken(call)) };
};

const tell = (
  saved: (Contents & { folder: string }) | undefined,
  left: readonly FoundCall[],
  zone: string,
): Result => {
  const lines = saved ? savedLines(saved) : ['No call is certainly of this number: nothing was saved.'];
  if (left.length > 0)
    lines.push(
      `Left out, since it is not certain that they are this person's; --with <ref> adds one, to another folder:`,
      ...left.map((call) => leftLine(call, zone)),
    );
  const shown = left.map(({ pk, ref, match, sides }) => ({ pk, ref, match, sides }));
  return { text: lines.join('\n'), data: { ...saved, left: shown } };
};

const savedLines = ({
  folder,
  calls,
  bodies,
  recordings,
  missing,
}: Contents & { folder: string }): string[] => [
  `Saved ${folder}: ${count(calls, 'call')}, ${count(bodies, 'body', 'bodies')}, ${count(recordings, 'recording')}.`,
  ...(missing > 0 ? [`${count(missing, 'recording')} could not be had: calls.html says why.`] : []),
];

const REASONS = {
  same: '',
  similar: 'fewer than 10 digits are the same',
  own: 'it is a number of the company in this call',
};

const leftLine = (call: FoundCall, zone: string): string => {
  const { ref, match, sides, written } = call;
  return `  ${ref}  ${localTime(timeOf(call), zone)}  ${sides.join(', ')} ${written}: ${REASONS[match]}`;
};

await runCommand({ usage: USAGE, options: OPTIONS, run: subject });
