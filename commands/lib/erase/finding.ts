import { readCall } from '../../../shared/calls/read-calls.ts';
import { type LetterOf, readLetter } from '../../../shared/erasure/dead-letter.ts';
import { type FoundCall, findCalls } from '../../../shared/erasure/find.ts';
import { isOwnIn } from '../../../shared/erasure/likeness.ts';
import type { PhoneNumber } from '../../../shared/erasure/phone-number.ts';
import { type FoundRejected, findRejected } from '../../../shared/erasure/rejected.ts';
import { CommandError } from '../command-error.ts';
import { startProgress } from '../progress.ts';
import type { Stage } from '../stage.ts';
import type { WorkQueue } from '../work-queues.ts';
import { sweepDeadLetters } from './dead-letters.ts';

/** A dead letter that has a number, or what is like it. */
export type FoundLetter = LetterOf & { queue: string };

/** All that has a number, or what is like it. */
export type Finding = { calls: FoundCall[]; rejected: FoundRejected[]; letters: FoundLetter[] };

/** Looks for a number wherever it can be found without reading everything. */
export const findAll = async (
  number: PhoneNumber,
  stage: Stage,
  queues: readonly WorkQueue[],
  signal: AbortSignal,
): Promise<Finding> => {
  const progress = startProgress('Looking');
  const finding: Finding = { calls: [], rejected: [], letters: [] };
  try {
    for await (const call of findCalls(number, { abortSignal: signal })) {
      finding.calls.push(call);
      progress.add();
    }
    for await (const rejected of findRejected(number, signal)) finding.rejected.push(rejected);
    for (const queue of queues) {
      const look = async (text: string): Promise<boolean> => {
        const letter = readLetter(text, number);
        if (letter.writings.length > 0) finding.letters.push({ ...letter, queue: queue.name });
        return false;
      };
      await sweepDeadLetters({ ...stage, ...queue }, look, signal);
    }
    finding.calls.push(...(await callsOfLetters(finding, number, signal)));
    return finding;
  } catch (error) {
    if (signal.aborted) throw new CommandError('Interrupted. Nothing was deleted.');
    throw isWithoutIndex(error as Error) ? new CommandError(WITHOUT_INDEX) : error;
  } finally {
    progress.stop();
  }
};

/** The calls of which only a dead letter says that they are of the number: their earlier bodies did not have it. */
const callsOfLetters = async (
  { calls, letters }: Finding,
  number: PhoneNumber,
  signal: AbortSignal,
): Promise<FoundCall[]> => {
  const known = new Set(calls.map(({ pk }) => pk));
  const found: FoundCall[] = [];
  for (const { subject, inCall, isBody } of letters) {
    if (!isBody || subject === undefined || inCall === undefined || known.has(subject)) continue;
    known.add(subject);
    const call = await readCall(subject, signal);
    if (call === undefined) continue;
    const { pk, ref, at, slot, receivedAt, revisedAt } = call;
    const match = isOwnIn(call, number) ? 'own' : inCall.match;
    found.push({ pk, ref, at, slot, receivedAt, revisedAt, ...inCall, match });
  }
  return found;
};

// The name of an index is in what says that it may not be read, too.
const isWithoutIndex = ({ name, message }: Error): boolean =>
  name === 'ValidationException' && message.includes('index');

const WITHOUT_INDEX =
  'The table of calls has not the indexes of this version: deploy the stage again, then run "npm run rebuild", so that every call is in them.';

/** What was found of a number that is only like the one that was given. */
export type Similar = { written: string; calls: number; others: number };

/** The numbers that are only like the one that was given, the most frequent first. */
export const similarIn = ({ calls, rejected, letters }: Finding): Similar[] => {
  const found = new Map<string, Similar>();
  const add = (written: string, kind: 'calls' | 'others') => {
    const similar = found.get(written) ?? { written, calls: 0, others: 0 };
    similar[kind]++;
    found.set(written, similar);
  };
  for (const { match, written } of calls) if (match === 'similar') add(written, 'calls');
  for (const { writings } of [...rejected, ...letters]) {
    for (const { likeness, written } of writings) if (likeness === 'similar') add(written, 'others');
  }
  return [...found.values()].sort((a, b) => b.calls + b.others - (a.calls + a.others));
};
