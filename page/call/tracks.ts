import type { CallView } from '../../shared/calls/view.ts';

/**
 * The archive's state of a recording. A file that it names can be played, even one of an earlier
 * link.
 */
export type ArchivedFile = NonNullable<CallView['recording']>;

/**
 * A recording of a call: its name in `/api/recording`, its archive state, and the provider's link.
 */
export type Track = { kind: string; leg?: string; file?: ArchivedFile; link?: string; seconds?: number };

type CallLeg = NonNullable<CallView['legs']>[number];

/**
 * The recordings and the message of a call. One that also belongs to a leg is shown as the call's
 * if no other leg has one.
 */
export const tracksOf = (call: CallView): Track[] => {
  const own = trackOf('recording', call.recordingUrl, call.recording, call.talkSeconds);
  const voicemail = trackOf('voicemail', call.voicemailUrl, call.voicemail);
  const ofLegs = (call.legs ?? []).map((leg, n) => trackOfLeg(leg, n, own)).filter(isThere);
  const isOfLeg = own.link !== undefined && ofLegs.some(({ link }) => link === own.link);
  const recordings = isOfLeg ? (ofLegs.length === 1 ? [own] : ofLegs) : [own, ...ofLegs];
  return [...recordings, voicemail].filter(isThere);
};

// If a call and a leg share a link, it is archived once, as the call's.
const trackOfLeg = (leg: CallLeg, n: number, own: Track): Track => {
  const isOwn = leg.recordingUrl !== undefined && leg.recordingUrl === own.link && !leg.recording;
  const { kind, file } = isOwn ? own : { kind: `leg${n + 1}`, file: leg.recording };
  return { ...trackOf(kind, leg.recordingUrl, file, leg.talkSeconds), leg: leg.leg ?? String(n + 1) };
};

const trackOf = (
  kind: string,
  url: string | undefined,
  file: ArchivedFile | undefined,
  seconds?: number,
): Track => ({
  kind,
  ...(file !== undefined && { file }),
  ...(url !== undefined && { link: url }),
  ...(seconds !== undefined && { seconds }),
});

const isThere = ({ file, link }: Track): boolean => file !== undefined || link !== undefined;

/** Whether there is a file to play. */
export const isPlayable = ({ file }: Track): boolean => (file?.key ?? file?.bytes) !== undefined;

/**
 * The link, if it is safe to open; undefined if it is not a link, or would run code in the page.
 */
export const openableOf = (link: string | undefined): string | undefined =>
  link !== undefined && URL.canParse(link) && /^https?:$/.test(new URL(link).protocol) ? link : undefined;

const REASONS = {
  changed: /^the link has changed$/,
  refused: /^refused: /,
  notARecording: /^not a recording/,
  status: /^status (?<code>\d+)$/,
  tooLarge: /^larger than (?<most>\d+ MB)$/,
  empty: /^it is empty$/,
  cutOff: /^it (was cut off|stopped)/,
  unreachable: /^(no answer|no connection|its host has no address|it took too long)/,
} as const;

export type FileReason = keyof typeof REASONS;

/**
 * Why a recording has not been archived, as a key of the words; undefined if there are no words for
 * it.
 */
export const fileReasonOf = (
  reason: string,
): { why: FileReason; values: Record<string, string> } | undefined => {
  for (const [why, pattern] of Object.entries(REASONS)) {
    const match = pattern.exec(reason);
    if (match) return { why: why as FileReason, values: { ...match.groups } };
  }
  return undefined;
};
