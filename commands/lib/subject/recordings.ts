import { extname } from 'node:path';
import { KINDS, recordingAt } from '../../../shared/calls/playback.ts';
import type { CallView } from '../../../shared/calls/view.ts';
import type { RecordingKind } from '../../../shared/deliveries/archive-result.ts';
import { hasObject } from '../../../shared/files/s3.ts';

/** A recording of a call: a file of the bucket and the name that it gets, or why there is none. */
export type Part = { kind: RecordingKind } & (
  | { key: string; bytes?: number | undefined; sha256?: string | undefined; name: string }
  | { missing: string }
);

/** The recordings that a call has or had, each file once. */
export const partsOf = async (call: CallView, signal: AbortSignal): Promise<Part[]> => {
  const parts: Part[] = [];
  const keys = new Set<string>();
  for (const kind of KINDS) {
    const found = recordingAt(call, kind);
    if ('missing' in found) {
      if (found.missing !== 'no such recording') parts.push({ kind, missing: found.missing });
    } else if (!keys.has(found.key)) {
      keys.add(found.key);
      const { key, bytes, sha256 } = found;
      const name = `${call.ref}-${kind}${extname(key)}`;
      const isThere = await hasObject(key, signal);
      parts.push(isThere ? { kind, key, bytes, sha256, name } : { kind, missing: 'deleted' });
    }
  }
  return parts;
};
