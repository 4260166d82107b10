/** Which recording of a call: the call's own, the message that was left, or that of its n-th leg. */
export type RecordingKind = 'recording' | 'voicemail' | `leg${number}`;

/** How far the archiver is with a recording. `waiting`: it will try again. */
export const ARCHIVE_STATES = ['archived', 'waiting', 'failed'] as const;

/** What the archiver did with a recording: an item beside the bodies of its call. */
export type ArchiveResult = {
  pk: string;
  /** `archive#<kind>`. */
  sk: string;
  state: (typeof ARCHIVE_STATES)[number];
  /** The link that was fetched. Never logged: it lets anybody in who has it. */
  url?: string;
  /** The object in the bucket, its length, the SHA-256 of its bytes in hex, and its content type. */
  key?: string;
  bytes?: number;
  sha256?: string;
  type?: string;
  /** ISO 8601 UTC. */
  at?: string;
  /** Why it is not archived. */
  reason?: string;
};

const PREFIX = 'archive#';

/** The `sk` of what became of a recording. */
export const archiveKey = (kind: RecordingKind): string => PREFIX + kind;

/** Whether an item under the key of a call tells of a recording, and is no body. */
export const isArchiveResult = (item: { sk: string }): item is ArchiveResult => item.sk.startsWith(PREFIX);
