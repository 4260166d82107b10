/** The archiver's log entry for a recording. */
export type RecordingEntry = {
  kind?: string;
  reason?: string;
  bytes?: number;
  type?: string;
  waitSeconds?: number;
};

/** `recording`, `1.2 MB` and `audio/mpeg`, or why there is none yet and when it is tried again. */
export const recordingLine = ({ kind, reason, bytes, type, waitSeconds }: RecordingEntry): string[] => [
  kind ?? '',
  bytes === undefined ? '' : sizeOf(bytes),
  type ?? '',
  reason ?? '',
  waitSeconds === undefined ? '' : `again in ${timeOf(waitSeconds)}`,
];

const sizeOf = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

const timeOf = (seconds: number): string =>
  seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
