import { callAt } from '../shared/calls/open.ts';
import { fileNameOf, KINDS, recordingAt } from '../shared/calls/playback.ts';
import { printable } from '../shared/telemetry/printable.ts';
import { enterBucket } from './lib/bucket.ts';
import { quoted } from './lib/calls/as-options.ts';
import { sizeText } from './lib/calls/values.ts';
import { type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { startProgress } from './lib/progress.ts';
import { saveObject } from './lib/save-object.ts';
import { enterStage, openTables } from './lib/stage.ts';
import { checkPlace, fileNamed } from './lib/whole-file.ts';

const USAGE = `Usage: npm run recording -- <key of a call> [--stage <stage>] [--kind <kind>] [--out <file>]

Saves an archived recording as a file, once its length and SHA-256 are verified. Never overwrites.

  --kind <kind>      ${KINDS.join(', ')}; recording by default
  --out <file>       the file to write; by default named after the call, like pns-45.mp3`;

const OPTIONS = { kind: { type: 'string', default: 'recording' }, out: { type: 'string' } } as const;

type Kind = (typeof KINDS)[number];

const recording = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { positionals, values, signal } = invocation;
  const [pk, kind] = [keyOf(positionals), kindOf(values.kind)];
  if (values.out === '') throw new CommandError('--out needs the name of a file.');
  enterStage(invocation, await openTables(invocation));
  const stored = await storedOf(invocation, pk, kind);
  const file = fileNamed(values.out ?? fileNameOf(pk, kind, stored.key));
  const place = { file, replaces: false, advice: 'give another name with --out' };
  await checkPlace(place);
  await enterBucket(invocation);
  const progress = startProgress('Saving', stored.bytes);
  await saveObject(stored, place, progress.add, signal).finally(progress.stop);
  const { bytes = 0, sha256, type, state } = stored;
  const lines = [`Saved ${file}: ${sizeText(bytes)} of ${type}, SHA-256 ${sha256}.`];
  if (state !== 'archived')
    lines.push(`It comes from an earlier link; the state of the present one is ${stateText(stored)}.`);
  return { text: lines.map(printable).join('\n'), data: { pk, kind, file, bytes, sha256, type } };
};

const keyOf = ([pk, ...others]: string[]): string => {
  if (pk === undefined) throw new CommandError(USAGE);
  if (others.length > 0) throw new CommandError(`One key at a time: ${others[0]} is too many.`);
  if (pk.includes('#')) return pk;
  throw new CommandError(`${pk} is not a key of a call, like pns#45.`);
};

const kindOf = (written: string): Kind => {
  const kind = KINDS.find((one) => one === written);
  if (kind !== undefined) return kind;
  throw new CommandError(`--kind ${quoted(written)} must be ${KINDS.join(', ')}.`);
};

/** The file of a recording; throws a CommandError that says why there is none, and what to do. */
const storedOf = async ({ stage, signal }: Invocation<typeof OPTIONS>, pk: string, kind: Kind) => {
  const call = await callAt(pk, signal);
  if (call === undefined) throw new CommandError(`There is no call ${pk}.`);
  const found = recordingAt(call, kind);
  if (!('missing' in found)) return found;
  const { missing } = found;
  if (missing === 'no such recording') {
    const others = KINDS.filter((one) => !('missing' in recordingAt(call, one)));
    const has = others.length === 0 ? 'It has no archived recording.' : `It has: ${others.join(', ')}.`;
    throw new CommandError(`${pk} has no ${kind}. ${has}`);
  }
  const advice =
    missing === 'not archived'
      ? `"npm run archive -- --stage ${stage} --since ${(call.startedAt ?? call.receivedAt).slice(0, 10)}" fetches it`
      : 'the archiver does not have it';
  throw new CommandError(
    `The ${kind} of ${pk} is not available (${missing}): ${advice}. To see its link: npm run calls -- --stage ${stage} ${quoted(pk)}`,
  );
};

const stateText = ({ state, reason }: { state: string; reason?: string | undefined }): string =>
  reason === undefined ? state : `${state}: ${reason}`;

await runCommand({ usage: USAGE, options: OPTIONS, takesPositionals: true, run: recording });
