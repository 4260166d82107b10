import * as v from 'valibot';
import { present } from '../callbacks/versions.ts';
import { type ArchiveResult, archiveKey, type RecordingKind } from '../deliveries/archive-result.ts';
import { type CallRecord, Leg, Recording } from './call.ts';

/** The archive's part of a call's recordings, beside what its bodies say. */
export const Recordings = v.object({
  recording: v.optional(Recording),
  voicemail: v.optional(Recording),
  legs: v.optional(v.array(v.strictObject({ ...Leg.entries, recording: v.optional(Recording) }))),
});

/** What the archive says of a call's recordings. */
export type Recordings = v.InferOutput<typeof Recordings>;

/** The reason of a link that has not been fetched, if an earlier one was. */
export const LINK_CHANGED = 'the link has changed';

/** The states of a call's recordings, by its links. */
export const archiveOf = (
  { recordingUrl, voicemailUrl, legs }: Pick<CallRecord, 'recordingUrl' | 'voicemailUrl' | 'legs'>,
  results: readonly ArchiveResult[],
): Recordings => {
  const recording = recordingOf('recording', recordingUrl, results);
  const voicemail = recordingOf('voicemail', voicemailUrl, results);
  return {
    ...(recording && { recording }),
    ...(voicemail && { voicemail }),
    ...(legs && { legs: legs.map((leg, n) => legWith(leg, n, results)) }),
  };
};

const legWith = (leg: Leg, n: number, results: readonly ArchiveResult[]) => {
  const recording = recordingOf(`leg${n + 1}`, leg.recordingUrl, results);
  return recording ? { ...leg, recording } : leg;
};

const recordingOf = (
  kind: RecordingKind,
  url: string | undefined,
  results: readonly ArchiveResult[],
): Recording | undefined => {
  const own = results.find(({ sk }) => sk === archiveKey(kind));
  const isOfLink = url === undefined || own?.url === url;
  // Recordings of a call that share a link share a file, and legs can change places.
  const fetched = isOfLink ? own : results.find((result) => result.url === url);
  if (fetched?.state === 'archived') return { state: 'archived', ...fileOf(fetched) };
  if (fetched)
    return { state: fetched.state, ...(isOfLink && earlierFileOf(kind, fetched)), ...whyOf(fetched) };
  return own && { state: 'waiting', ...earlierFileOf(kind, own), reason: LINK_CHANGED };
};

const fileOf = ({ key, bytes, sha256, type, at }: ArchiveResult): Partial<Recording> =>
  present({ key, bytes, sha256, type, at });

// A leg's earlier file may be that of the other side.
const earlierFileOf = (kind: RecordingKind, result: ArchiveResult): Partial<Recording> =>
  result.key === undefined || kind.startsWith('leg') ? {} : fileOf(result);

const whyOf = ({ reason, at }: ArchiveResult): Partial<Recording> => present({ reason, at });
