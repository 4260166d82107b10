import { type LeftAlone, masked } from '../../../shared/erasure/certificate.ts';
import type { Subject } from '../../../shared/erasure/subject.ts';
import { type Finding, similarIn } from './finding.ts';

/** What was found and is not to be erased, and why. */
export const leftAloneOf = (finding: Finding, { confirmed }: Subject): LeftAlone[] => {
  const own = finding.calls.filter(({ match }) => match === 'own').map(({ ref }) => ref);
  const ownLetters = finding.letters.filter(({ isOwn }) => isOwn).length;
  const similar = similarIn(finding)
    .filter(({ written }) => !confirmed.has(written))
    .map(({ written, others }) => ({
      why: `${masked(written)} may be another number: only some last digits are the same, and nobody confirmed that it is this one`,
      refs: finding.calls
        .filter((call) => call.match === 'similar' && call.written === written)
        .map(({ ref }) => ref),
      others,
    }));
  return [
    ...(own.length + ownLetters > 0
      ? [
          {
            why: "it is the company's own number there, a DID or the phone of an agent",
            refs: own,
            others: ownLetters,
          },
        ]
      : []),
    ...similar,
  ];
};
