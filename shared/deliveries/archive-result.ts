/** Which recording of a call: its own, the message that was left, or that of a leg, by the leg's place. */
export type RecordingKind = 'recording' | 'voicemail' | `leg${number}`;

/** What is kept of a recording: its object in the bucket, its length, the SHA-256 of its bytes in hex, and its content type. */
export type Stored = { key: string; bytes: number; sha256: string; type: string };

/** How far the archiver is with a recording. `waiting`: it is tried again; `failed`: it is not. */
export const ARCHIVE_STATES = ['archived', 'waiting', 'failed'] as const;

/**
 * What the archiver did about a recording, as an item of the table of deliveries, beside the bodies of its call. A file that was archived
 * before from another URL is still named if the state is not `archived`.
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
  /** What was fetched. Never logged: it lets in anybody who has it. */
  url: string;
  /** Of the call when its URL was read. */
  revisedAt: string;
  /** Epoch seconds: when the call does, if it does. */
  expiresAt?: number;
};

const PREFIX = 'archive#';

/** The `sk` of what became of a recording. */
export const archiveKey = (kind: RecordingKind): string => PREFIX + kind;

/** Whether an item under the key of a call tells of a recording, and is no body. */
export const isArchiveResult = (item: { sk: string }): item is ArchiveResult => item.sk.startsWith(PREFIX);
