import { extname } from 'node:path';
import type { RecordingKind } from '../deliveries/archive-result.ts';
import type { CallRecord, Recording } from './call.ts';
import type { Recordings } from './recordings.ts';

/** The recordings that a call can have. */
export const KINDS = [
  'recording',
  'voicemail',
  'leg1',
  'leg2',
  'leg3',
  'leg4',
] as const satisfies readonly RecordingKind[];

/** The file of a call's recording, or why there is none. */
export const recordingAt = (
  call: Pick<CallRecord, 'recordingUrl' | 'recordingId' | 'voicemailUrl'> & Recordings,
  kind: RecordingKind,
): (Recording & { key: string }) | { missing: string } => {
  const { recording, isKnown } = partOf(call, kind);
  if (recording?.key !== undefined) return { ...recording, key: recording.key };
  if (recording === undefined) return { missing: isKnown ? 'not archived' : 'no such recording' };
  const { state, reason } = recording;
  return { missing: reason === undefined ? state : `${state}: ${reason}` };
};

/** What the archive has of a recording, and whether the call has one at all. */
export const partOf = (call: Parameters<typeof recordingAt>[0], kind: RecordingKind) => {
  if (kind === 'recording')
    return { recording: call.recording, isKnown: Boolean(call.recordingUrl ?? call.recordingId) };
  if (kind === 'voicemail') return { recording: call.voicemail, isKnown: call.voicemailUrl !== undefined };
  const leg = call.legs?.[Number(kind.slice('leg'.length)) - 1];
  return { recording: leg?.recording, isKnown: leg?.recordingUrl !== undefined };
};

/** The file name of a saved recording: `pns-45.mp3`, `pns-45-leg1.mp3`. */
export const fileNameOf = (pk: string, kind: RecordingKind, key: string): string =>
  pk.replace(/[^\w.-]+/g, '-').slice(0, MAX_NAME) + (kind === 'recording' ? '' : `-${kind}`) + extname(key);

const MAX_NAME = 100;
