import { hasRecording } from '../../../shared/calls/filters.ts';
import { barePartyOf } from '../../../shared/calls/party.ts';
import type { CallView } from '../../../shared/calls/view.ts';

/** `06:12`, or `1:06:12` from an hour on. */
export const clock = (seconds: number): string => {
  const two = (number: number): string => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
};

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * An ISO 8601 time as the clocks of a zone show it: `2026-11-26 14:03:11`. Swedish writes it so.
 */
export const localTime = (iso: string, zone: string): string => {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  formats.set(zone, format);
  return format.format(new Date(iso));
};

/** The time that orders a call, without the digest that makes it unique. */
export const timeOf = ({ at }: Pick<CallView, 'at'>): string => at.split('#')[0] ?? at;

/** `85235757581 -> 85238533300`; `?` stands for an unknown party. */
export const partiesOf = ({ caller, callee }: Pick<CallView, 'caller' | 'callee'>): string =>
  caller || callee ? `${partyText(caller)} -> ${partyText(callee)}` : '';

const partyText = (written: string | undefined): string =>
  written === undefined ? '?' : barePartyOf(written) || written;

export const agentOf = ({ agentName, agentNickname, agentId, agentPhone }: CallView): string =>
  agentName ?? agentNickname ?? agentId ?? agentPhone ?? '';

// Statuses that add nothing to whether the call was answered.
const UNTELLING = ['normal-end', 'abnormal-end', 'connected', 'answered', 'ended', 'unknown', 'none'];

/** The result of the call. */
export const resultOf = ({ answered, abandoned, status }: CallView): string => {
  const words = status === undefined || UNTELLING.includes(status) ? undefined : inWords(status);
  if (abandoned)
    return words === undefined || words.includes('abandoned')
      ? (words ?? 'abandoned')
      : `abandoned, ${words}`;
  if (answered) return words === undefined ? 'answered' : `answered, ${words}`;
  if (answered === false) return words ?? 'unanswered';
  return words ?? (status === undefined ? '' : inWords(status));
};

/** A code of the vocabulary as words: `no-answer`, `unknown:7`. */
export const inWords = (code: string): string =>
  code.startsWith('unknown:') ? `unknown (${code.slice('unknown:'.length)})` : code.replaceAll('-', ' ');

/**
 * Whether somebody should call back: the caller gave up before an agent answered, or left a
 * message.
 */
export const isWaiting = ({ abandoned, status, voicemailUrl }: CallView): boolean =>
  abandoned === true || status === 'voicemail' || voicemailUrl !== undefined;

const DIRECTIONS: Record<string, string> = { inbound: 'in', outbound: 'out', ai: 'ai' };

export const directionOf = ({ direction }: CallView): string =>
  direction === undefined ? '' : (DIRECTIONS[direction] ?? '?');

/**
 * `rec` for a recording, `vm` for a message, each with `!` if it could not be archived, and `!2` if
 * two fields could not be read.
 */
export const marksOf = (call: CallView): string => {
  const { recording, voicemail, voicemailUrl, legs = [], issues } = call;
  const isRecordingLost = [recording, ...legs.map((leg) => leg.recording)].some(isLost);
  return [
    hasRecording(call) && `rec${isRecordingLost ? '!' : ''}`,
    voicemailUrl && `vm${isLost(voicemail) ? '!' : ''}`,
    issues && `!${issues.length}`,
  ]
    .filter(Boolean)
    .join(' ');
};

const isLost = (recording: CallView['recording']): boolean => recording?.state === 'failed';
