import type { Mention } from './text-search.ts';

/** What stays after an erasure, where, and until when. */
export type Remainder = { what: string; until: string };

/** What was deleted, by store. */
export type Deleted = {
  calls: number;
  bodies: number;
  recordings: number;
  exports: number;
  reconciliationEntries: number;
  rejectedBodies: number;
  deadLetters: Record<string, number>;
};

/** Calls that were found and not deleted, by ref, and why; and how many rejected bodies and dead letters. */
export type LeftAlone = { why: string; refs: string[]; others: number };

/** What an erasure did and did not do: without the number, but for its last two digits, and without the key of any call. */
export type Certificate = {
  number: string;
  /** Other writings of it, of which somebody said that they are the same: masked as well. */
  confirmed: string[];
  stage: string;
  region: string;
  by: string;
  startedAt: string;
  finishedAt: string;
  /** Without it the erasure has to be run again. */
  isComplete: boolean;
  deleted: Deleted;
  /** Of the calls that were deleted. */
  refs: string[];
  leftAlone: LeftAlone[];
  /** Where else the number is, in what is of others; undefined if nobody looked. */
  mentions?: Mention[];
  remains: Remainder[];
};

/** A number that cannot be read any more: `*********81`. */
export const masked = (number: string): string => '*'.repeat(number.length - 2) + number.slice(-2);

/** The certificate to be read and signed. */
export const certificateText = (certificate: Certificate): string => {
  const { number, confirmed, stage, region, by, startedAt, finishedAt, isComplete, deleted, refs } =
    certificate;
  const place = stage === 'local' ? 'local, on this machine' : `${stage} in ${region}`;
  return [
    'Certificate of erasure',
    '',
    ...(isComplete ? [] : ['NOT COMPLETE: the erasure ended before its end. Run it again.', '']),
    `Number      ${number}`,
    ...confirmed.map((one) => `            ${one}, which somebody said to be the same`),
    `Stage       ${place}`,
    `By          ${by}`,
    `From        ${startedAt}`,
    `To          ${finishedAt}`,
    '',
    'Deleted',
    ...lines(rowsOf(deleted)),
    ...section('Calls that were deleted, by ref', refs),
    ...certificate.leftAlone.flatMap(({ why, refs: left, others }) =>
      section(`Left: ${why}`, others > 0 ? [...left, `and ${others} rejected bodies or dead letters`] : left),
    ),
    ...mentionLines(certificate),
    '',
    'What remains, and until when',
    ...certificate.remains.map(({ what, until }) => `  - ${what}: ${until}.`),
    '',
  ].join('\n');
};

const rowsOf = ({ deadLetters, ...deleted }: Deleted): [string, number][] => [
  ['calls', deleted.calls],
  ['bodies as received', deleted.bodies],
  ['recordings', deleted.recordings],
  ['exports', deleted.exports],
  ['entries of reconciliations', deleted.reconciliationEntries],
  ['rejected bodies', deleted.rejectedBodies],
  ...Object.entries(deadLetters).map(([queue, count]): [string, number] => [
    `dead letters of ${queue}`,
    count,
  ]),
];

const lines = (rows: [string, number][]): string[] =>
  rows.map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`);

const section = (title: string, items: readonly string[]): string[] =>
  items.length === 0 ? [] : ['', title, ...items.map((item) => `  ${item}`)];

const mentionLines = ({ mentions }: Certificate): string[] => {
  if (mentions === undefined) return [];
  const found = mentions.map(({ ref, field }) => `${ref}  ${field}`);
  const title = 'Other places that have the number, and were left: ref and field';
  return found.length === 0 ? ['', 'No other place has the number.'] : section(title, found);
};
