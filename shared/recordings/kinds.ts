/** Which recording of a call: its own, the message that was left, or that of a leg, by the leg's place. */
export type Kind = 'recording' | 'voicemail' | `leg${number}`;

/** What a call says of where its recordings are. */
export type Recorded = {
  recordingUrl?: string | undefined;
  voicemailUrl?: string | undefined;
  legs?: { recordingUrl?: string | undefined }[] | undefined;
};

/** The URLs of a call's recordings, by kind. */
export const recordingsOf = ({ recordingUrl, voicemailUrl, legs = [] }: Recorded): [Kind, string][] => {
  const urls: [Kind, string | undefined][] = [
    ['recording', recordingUrl],
    ['voicemail', voicemailUrl],
    ...legs.map((leg, n): [Kind, string | undefined] => [`leg${n + 1}`, leg.recordingUrl]),
  ];
  return urls.flatMap(([kind, url]) => (url === undefined ? [] : [[kind, url]]));
};
