import { isDeepStrictEqual } from 'node:util';
import { deletesBy, type Retention, readRetention, retentionProblems } from '../infrastructure/retention.ts';
import { callbacks } from '../shared/callbacks/list.ts';
import { enterBucket } from './lib/bucket.ts';
import { lifecycleRules } from './lib/bucket-lifecycle.ts';
import { count, type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { positionFile } from './lib/position-file.ts';
import { startProgress } from './lib/progress.ts';
import { expireBodies, type Position, startPosition } from './lib/retention-pass.ts';
import { approximateItems, enterStage, openTables } from './lib/stage.ts';

const USAGE = `Usage: npm run retention -- [--stage <stage>] [--dry-run] [--resume] [--rate <number>]

Applies the retention of the stage's settings (RETENTION_DAYS, CC_RETENTION_DAYS and so on in
.env.<stage>) to bodies that are stored already. Older ones are hidden at once and deleted within days;
without a retention, nothing expires any more. Deploy the stage first, which applies the settings to new
bodies and to the files in the bucket.

  --dry-run          only print what would change
  --resume           continue the last run of this stage, which was interrupted
  --rate <number>    bodies to change a second, 500 by default: new calls need not wait
`;

const OPTIONS = {
  'dry-run': { type: 'boolean', default: false },
  resume: { type: 'boolean', default: false },
  rate: { type: 'string', default: '500' },
} as const;

const retain = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { values, signal } = invocation;
  const { 'dry-run': isDry, resume } = values;
  const rate = rateOf(values.rate);
  const retention = retentionOf(process.env);
  const file = positionFile<Position>('retention', invocation);
  const position = resume ? goOn(file.load(), retention) : startPosition(retention);
  if (isDry && resume) throw new CommandError('--dry-run and --resume cannot be combined.');
  const tables = await openTables(invocation);
  enterStage(invocation, tables);
  const save = () => {
    if (!isDry) file.save(position);
  };
  save();
  const items = await approximateItems(tables.dynamodb, tables.deliveriesTable);
  const progress = startProgress(isDry ? 'Looking at bodies' : 'Bringing bodies to it', items);
  const onPage = (seen: number) => {
    save();
    progress.to(seen);
  };
  try {
    await expireBodies({ tables, position, rate, isDry, onPage }, signal);
  } catch (error) {
    return tell(position, isDry, unfinished(error as Error, signal, isDry));
  } finally {
    progress.stop();
  }
  if (!isDry) file.remove();
  return tell(position, isDry, await leftToDo(invocation, retention));
};

const rateOf = (written: string): number => {
  if (/^[1-9]\d{0,5}$/.test(written)) return Number(written);
  throw new CommandError(`--rate ${written} must be a number of bodies a second, like 500.`);
};

const retentionOf = (env: NodeJS.ProcessEnv): Retention => {
  const problems = retentionProblems(env, callbacks);
  if (problems.length > 0) throw new CommandError(problems.join('\n'));
  return readRetention(env, callbacks);
};

const goOn = (position: Position, retention: Retention): Position => {
  if (isDeepStrictEqual(position.retention, retention)) return position;
  throw new CommandError(
    'The settings have changed since the run that was interrupted: run it without --resume.',
  );
};

const unfinished = ({ name, message }: Error, signal: AbortSignal, isDry: boolean): string => {
  const why = signal.aborted ? 'Interrupted' : `Stopped by ${name}${message ? `: ${message}` : ''}`;
  return isDry ? `${why}.` : `${why}. Run it again with --resume to continue.`;
};

/** What the stage itself has of another retention, and what to do about it. */
const leftToDo = async (
  invocation: Invocation<typeof OPTIONS>,
  retention: Retention,
): Promise<string | undefined> => {
  const { stage } = invocation;
  if (stage === 'local') return undefined;
  await enterBucket(invocation);
  if (deletesBy(await lifecycleRules(invocation.signal), callbacks, retention)) return undefined;
  return `Stage ${stage} was deployed with another retention: recordings and exports still go by it, and so does what comes now. Deploy it with "npm run deploy -- --stage ${stage}", then run this again.`;
};

const tell = (
  { retention, seen, changed, hidden }: Position,
  isDry: boolean,
  problem: string | undefined,
): Result => {
  const expire = isDry ? 'would expire at another time' : 'expire at another time now';
  const lines = [
    `Kept: ${callbacks.map(({ name }) => `${name} ${daysText(retention[name])}`).join(', ')}.`,
    `${count(seen, 'body', 'bodies')} read: ${changed} ${expire}, ${hidden} of them at once.`,
  ];
  if (changed > 0 && !isDry) lines.push('Their calls follow within minutes, without an event.');
  return { text: lines.join('\n'), data: { retention, seen, changed, hidden }, problem };
};

const daysText = (days: number | undefined): string =>
  days === undefined ? 'without an end' : count(days, 'day');

await runCommand({ usage: USAGE, options: OPTIONS, run: retain });
