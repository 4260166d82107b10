import { readTime } from '../../../shared/calls/period.ts';
import { inSeconds, type Period, settledUntil } from '../../../shared/reconciliation/windows.ts';
import { quoted } from '../calls/as-options.ts';
import { localTime } from '../calls/words.ts';
import { CommandError } from '../command-error.ts';

type Given = { from?: string | undefined; to?: string | undefined };

/** A period to compare; `isOpen` if it ends where NXCloud's list does. */
export type Asked = Period & { isOpen: boolean };

/** Reads `--from` and `--to` as a period that NXCloud lists all of; throws a CommandError if they are none. */
export const askedPeriod = ({ from: writtenFrom = '', to: writtenTo }: Given, zone: string): Asked => {
  const settled = settledUntil(new Date());
  const from = readOption('from', writtenFrom, zone);
  const to = writtenTo === undefined ? undefined : readOption('to', writtenTo, zone);
  if (to !== undefined && from >= to)
    throw new CommandError(`--from ${quoted(writtenFrom)} must be before --to ${quoted(writtenTo ?? '')}.`);
  if (from >= settled) {
    throw new CommandError(
      `--from ${quoted(writtenFrom)} must be before ${localTime(settled, zone)}: NXCloud lists a call some minutes after it has ended.`,
    );
  }
  const isOpen = to === undefined || to > settled;
  return { from, to: isOpen ? settled : to, isOpen };
};

const WEEK_MS = 7 * 86_400_000;

/** Reads `--from` and `--to` as a period to report of, by default the last 7 days. */
export const reportedPeriod = ({ from, to }: Given, zone: string): Period => {
  const end = to === undefined ? new Date().toISOString() : readOption('to', to, zone);
  const begin =
    from === undefined ? new Date(Date.parse(end) - WEEK_MS).toISOString() : readOption('from', from, zone);
  if (begin >= end) throw new CommandError('--from must be before --to.');
  return { from: begin, to: end };
};

const readOption = (name: 'from' | 'to', written: string, zone: string): string => {
  const time = readTime(written, zone, name);
  if (time !== undefined) return inSeconds(time);
  throw new CommandError(
    `--${name} ${quoted(written)} must be a date like 2026-11-26 or a time like 2026-11-26T08:00 or 2026-11-26T08:00:00Z.`,
  );
};
