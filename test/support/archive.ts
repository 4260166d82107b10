import {
  type ArchiveResult,
  archiveKey,
  type RecordingKind,
} from '../../shared/deliveries/archive-result.ts';

/** What the archiver writes once it has a recording. */
export const archived = (
  pk: string,
  kind: RecordingKind,
  url: string,
  fields: Partial<ArchiveResult> = {},
): ArchiveResult => ({
  pk,
  sk: archiveKey(kind),
  state: 'archived',
  url,
  key: `recordings/${kind}.mp3`,
  bytes: 4_711,
  sha256: 'a'.repeat(64),
  type: 'audio/mpeg',
  at: '2026-11-26T05:00:00.000Z',
  revisedAt: '2026-11-26T04:04:11.000Z',
  ...fields,
});

/** What it writes of a recording that it could not have. */
export const notArchived = (
  pk: string,
  kind: RecordingKind,
  url: string,
  state: 'waiting' | 'failed',
): ArchiveResult => ({
  pk,
  sk: archiveKey(kind),
  state,
  url,
  at: '2026-11-26T05:00:00.000Z',
  revisedAt: '2026-11-26T04:04:11.000Z',
  reason: 'answered 404',
});

/** What a call says of a file that is archived. */
export const SHOWN = {
  state: 'archived',
  bytes: 4_711,
  sha256: 'a'.repeat(64),
  type: 'audio/mpeg',
  at: '2026-11-26T05:00:00.000Z',
};
