import { MIN_SHARED_DIGITS } from '../shared/calls/party.ts';
import { type Certificate, masked } from '../shared/erasure/certificate.ts';
import { type PhoneNumber, phoneNumberOf } from '../shared/erasure/phone-number.ts';
import { isOfSubject, type Subject } from '../shared/erasure/subject.ts';
import { type Mention, searchText } from '../shared/erasure/text-search.ts';
import { writingsIn } from '../shared/erasure/writings.ts';
import { enterBucket } from './lib/bucket.ts';
import { quoted } from './lib/calls/as-options.ts';
import { type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { askForNumber, askForSimilar, openDialogue } from './lib/erase/ask.ts';
import { checkFolder, writeCertificate } from './lib/erase/certificate-files.ts';
import { eraseAll } from './lib/erase/erase-all.ts';
import { type Finding, findAll, similarIn } from './lib/erase/finding.ts';
import { identityOf } from './lib/erase/identity.ts';
import { leftAloneOf } from './lib/erase/left-alone.ts';
import { listingOf } from './lib/erase/listing.ts';
import { remainsOf } from './lib/erase/remains.ts';
import type { Erasure } from './lib/erase/task.ts';
import { tellDryRun, tellErased } from './lib/erase/telling.ts';
import { WAIT, waitMsOf } from './lib/patience.ts';
import { startProgress } from './lib/progress.ts';
import { enterStage, openStage } from './lib/stage.ts';
import { openAllQueues } from './lib/work-queues.ts';

const USAGE = `Usage: npm run erase -- --number <number> [--stage <stage>] [--dry-run] [--yes] [--search-text] [--by <name>] [--out <folder>] [--wait <seconds>]

Erases a number: deletes every call in which it is the caller, the callee or a party of a leg, with its
bodies, its recordings and the exports that can hold it, and the rejected bodies and dead letters with
the number. Nothing brings them back; a certificate says what was done. A call in which the number is
only the company's own is not deleted. You can interrupt it; run it again to continue.

  --number <number>  in any notation with its country code, like +852 3575-7581
  --dry-run          only list what would be erased
  --yes              ask nothing, and leave numbers that are only similar
  --search-text      also list other places of the number, like the text of a form; reads all deliveries
  --by <name>        the person who requested it, for the certificate
  --out <folder>     the folder for the certificate, as JSON and as text; by default the present one
  --wait <seconds>   give up if the projector removes nothing for this long; 60 by default`;

const OPTIONS = {
  number: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  'search-text': { type: 'boolean', default: false },
  by: { type: 'string' },
  out: { type: 'string', default: '.' },
  wait: WAIT,
} as const;

type Erase = Invocation<typeof OPTIONS>;

const erase = async (invocation: Erase): Promise<Result> => {
  const { values, signal } = invocation;
  const number = numberOf(values.number);
  const name = nameOf(values.by, number);
  const patienceMs = waitMsOf(values.wait);
  const folder = await checkFolder(values.out);
  const startedAt = new Date().toISOString();
  const stage = await openStage(invocation);
  enterStage(invocation, stage);
  await enterBucket(invocation);
  const queues = await openAllQueues(invocation, stage);
  const finding = await findAll(number, stage, queues, signal);
  const output = invocation.json ? process.stderr : process.stdout;
  output.write(`${listingOf(finding)}\n`);
  if (values['dry-run']) return tellDryRun(finding, await searchOnly(number, invocation));
  const by = await identityOf(invocation, stage, name);
  const subject = await confirm(number, finding, invocation);
  const erasure = await eraseAll({ subject, ...chosen(finding, subject), stage, queues, patienceMs, signal });
  // What was deleted cannot be found again: whatever fails from here on, there is a certificate of it.
  const { mentions, problem } = await searchAfter(erasure, number, invocation);
  const finishedAt = new Date();
  const certificate: Certificate = {
    number: masked(number),
    confirmed: [...subject.confirmed].map(masked),
    stage: invocation.stage,
    region: invocation.region,
    by,
    startedAt,
    finishedAt: finishedAt.toISOString(),
    isComplete: erasure.problem === undefined,
    deleted: erasure.deleted,
    refs: erasure.refs,
    leftAlone: leftAloneOf(finding, subject),
    ...(mentions && { mentions }),
    remains: await remainsOf(invocation, stage, {
      ...{ startedAt, finishedAt, hasSearched: mentions !== undefined },
      reportsUnderWay: erasure.reportsUnderWay,
    }),
  };
  return tellErased(certificate, await writeCertificate(folder, certificate), problem);
};

const nameOf = (by: string | undefined, number: PhoneNumber): string | undefined => {
  if (by === undefined || writingsIn(by, number).length === 0) return by;
  throw new CommandError('--by has the number, which the certificate must not have: name who asked for it.');
};

const numberOf = (written: string | undefined): PhoneNumber => {
  if (written === undefined) throw new CommandError(USAGE);
  const number = phoneNumberOf(written);
  if (number !== undefined) return number;
  throw new CommandError(
    `--number ${quoted(written)} must be a telephone number of at least ${MIN_SHARED_DIGITS} digits, with its country code, like +852 3575-7581.`,
  );
};

/** Asks what only a person can say; throws a CommandError if that is not to erase it. */
const confirm = async (
  number: PhoneNumber,
  finding: Finding,
  { values, signal }: Erase,
): Promise<Subject> => {
  if (values.yes) return { number, confirmed: new Set() };
  const dialogue = openDialogue(signal);
  try {
    const confirmed = await askForSimilar(dialogue, similarIn(finding));
    await askForNumber(dialogue, number);
    return { number, confirmed };
  } finally {
    dialogue.close();
  }
};

const chosen = ({ calls, rejected }: Finding, subject: Subject) => ({
  calls: calls.filter((call) => isOfSubject(subject, { likeness: call.match, written: call.written })),
  rejected: rejected.filter(({ writings }) => writings.some((one) => isOfSubject(subject, one))),
});

/** Where else the number is, if that was asked. */
const search = async (number: PhoneNumber, { values, signal }: Erase): Promise<Mention[] | undefined> => {
  if (!values['search-text']) return undefined;
  const progress = startProgress('Searching');
  try {
    const found: Mention[] = [];
    const options = { abortSignal: signal, onItems: (items: number) => progress.add(items) };
    for await (const mention of searchText(number, options)) found.push(mention);
    return found;
  } finally {
    progress.stop();
  }
};

const searchOnly = async (number: PhoneNumber, invocation: Erase): Promise<Mention[] | undefined> => {
  try {
    return await search(number, invocation);
  } catch (error) {
    throw invocation.signal.aborted ? new CommandError('Interrupted. Nothing was deleted.') : error;
  }
};

/** Where else the number is, of an erasure that has come to its end. */
const searchAfter = async (
  { problem }: Erasure,
  number: PhoneNumber,
  invocation: Erase,
): Promise<{ mentions?: Mention[] | undefined; problem?: string | undefined }> => {
  if (problem !== undefined) return { problem };
  try {
    return { mentions: await search(number, invocation) };
  } catch (error) {
    const { name, message } = error as Error;
    const why = invocation.signal.aborted ? 'was interrupted' : `was stopped by ${name}: ${message}`;
    return { problem: `The number is erased. The search for other places ${why}. Run it again to search.` };
  }
};

await runCommand({ usage: USAGE, options: OPTIONS, run: erase });
