/**
 * Which recording of a call: its own, the message that was left, or that of a leg, by the leg's
 * position.
 */
export type RecordingKind = 'recording' | 'voicemail' | `leg${number}`;

/**
 * What is stored of a recording: its object in the bucket, its length, the SHA-256 of its bytes in
 * hex, and its content type.
 */
export type Stored = { key: string; bytes: number; sha256: string; type: string };

/**
 * The archiver's progress with a recording. `waiting`: it will be tried again; `failed`: it will
 * not.
 */
export const ARCHIVE_STATES = ['archived', 'waiting', 'failed'] as const;

/**
 * The archiver's result for a recording: an item of the table of deliveries beside the bodies of
 * its call. If the state is not `archived`, it still names a file that was archived before from
 * another URL.
 */
export type ArchiveResult = Partial<Stored> & {
  pk: string;
  /** `archive#<kind>`. */
  sk: string;
  state: (typeof ARCHIVE_STATES)[number];
  /** Why it is not archived. */
  reason?: string;
  /** When the state was reached, ISO 8601 UTC. */
  at: string;
  /** The URL that was fetched. Never logged: it admits anybody who has it. */
  url: string;
  /** That of the call when its URL was read. */
  revisedAt: string;
  /** Epoch seconds: when the call does, if it does. */
  expiresAt?: number;
};

const PREFIX = 'archive#';

/** The `sk` of a recording's result. */
export const archiveKey = (kind: RecordingKind): string => PREFIX + kind;

/** Whether an item under the key of a call is a recording's result, not a body. */
export const isArchiveResult = (item: { sk: string }): item is ArchiveResult => item.sk.startsWith(PREFIX);
