import { MIN_SHARED_DIGITS } from '../../../shared/calls/party.ts';
import type { FoundCall } from '../../../shared/erasure/find.ts';
import { count } from '../command.ts';
import { type Finding, type Similar, similarIn } from './finding.ts';

const MOST = 40;

/** What was found, for whoever decides. */
export const listingOf = (finding: Finding): string => {
  const ofNumber = finding.calls.filter(({ match }) => match === 'same');
  const own = finding.calls.filter(({ match }) => match === 'own');
  const rejected = finding.rejected.filter(isSame).length;
  const letters = finding.letters.filter(isSame);
  const similar = similarIn(finding);
  const lines = [
    `Found: ${count(ofNumber.length, 'call')}, ${count(rejected, 'rejected body', 'rejected bodies')}, ${count(letters.length, 'dead letter')}.`,
    ...ofNumber.toSorted(newestFirst).slice(0, MOST).map(lineOf),
    ...(ofNumber.length > MOST ? [`  and ${count(ofNumber.length - MOST, 'more call', 'more calls')}`] : []),
    ...(own.length > 0 ? [`${OWN(own.length)}:`, ...own.slice(0, MOST).map(lineOf)] : []),
    ...(similar.length > 0 ? [SIMILAR, ...similar.map((one) => `  ${similarText(one)}`)] : []),
  ];
  return lines.join('\n');
};

const isSame = ({ writings }: { writings: { likeness: string }[] }): boolean =>
  writings.some(({ likeness }) => likeness === 'same');

const lineOf = ({ ref, at, sides }: FoundCall): string =>
  `  ${ref}  ${at.slice(0, at.indexOf('#'))}  as ${sides.join(' and ')}`;

const OWN = (calls: number): string =>
  `Left alone, because it is the company's own number there, ${count(calls, 'call')}`;

const SIMILAR = `Only the last ${MIN_SHARED_DIGITS} to 9 digits are the same, so it may be somebody else's number:`;

/** `35757581: 3 calls, 1 other`. */
export const similarText = ({ written, calls, others }: Similar): string =>
  `${written}: ${count(calls, 'call')}${others > 0 ? ` and ${count(others, 'rejected body or dead letter', 'rejected bodies and dead letters')}` : ''}`;

const newestFirst = (a: FoundCall, b: FoundCall): number => (a.at < b.at ? 1 : -1);
