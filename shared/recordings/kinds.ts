import type { RecordingKind } from '../deliveries/archive-result.ts';

/** A call's fields with the URLs of its recordings. */
export type Recorded = {
  recordingUrl?: string | undefined;
  voicemailUrl?: string | undefined;
  legs?: { recordingUrl?: string | undefined }[] | undefined;
};

/** The URLs of a call's recordings, by kind. */
export const recordingsOf = ({
  recordingUrl,
  voicemailUrl,
  legs = [],
}: Recorded): [RecordingKind, string][] => {
  const urls: [RecordingKind, string | undefined][] = [
    ['recording', recordingUrl],
    ['voicemail', voicemailUrl],
    ...legs.map((leg, n): [RecordingKind, string | undefined] => [`leg${n + 1}`, leg.recordingUrl]),
  ];
  return urls.flatMap(([kind, url]) => (url === undefined ? [] : [[kind, url]]));
};
