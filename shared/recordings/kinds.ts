import type { RecordingKind } from '../deliveries/archive-result.ts';

/** What a call says of where its recordings are. */
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
