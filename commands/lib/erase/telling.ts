import type { Certificate } from '../../../shared/erasure/certificate.ts';
import type { Mention } from '../../../shared/erasure/text-search.ts';
import { printable } from '../../../shared/telemetry/printable.ts';
import { count, type Result } from '../command.ts';
import type { Finding } from './finding.ts';

/** What would be erased. */
export const tellDryRun = (finding: Finding, found: Mention[] | undefined): Result => {
  const calls = finding.calls.map(({ pk: _, written: _1, ...call }) => call);
  const toGo = new Set(calls.filter(({ match }) => match === 'same').map(({ ref }) => ref));
  const mentions = found?.filter(({ ref }) => !toGo.has(ref));
  const lines = mentions?.map(({ ref, field }) => printable(`  ${ref}  ${field}`)) ?? [];
  const places = mentions && `Other places that have the number, by ref and field: ${mentions.length}`;
  return {
    text: ['Nothing was deleted.', ...(places ? [places, ...lines] : [])].join('\n'),
    data: {
      calls,
      rejectedBodies: finding.rejected.length,
      deadLetters: finding.letters.length,
      ...(mentions && { mentions }),
    },
  };
};

/** What was erased, and what remains. */
export const tellErased = (
  certificate: Certificate,
  files: string[],
  problem: string | undefined,
): Result => {
  const { calls, bodies, recordings, exports } = certificate.deleted;
  const done = `Erased ${count(calls, 'call')} with ${count(bodies, 'body', 'bodies')}, ${count(recordings, 'recording')} and ${count(exports, 'export')}.`;
  const remains = certificate.remains.map(({ what, until }) => `  ${what}: ${until}.`);
  return {
    text: [done, 'What remains:', ...remains, `Certificate: ${files.join(' and ')}`]
      .map(printable)
      .join('\n'),
    data: { certificate, files },
    problem: problem && printable(problem),
  };
};
