import { isGoingOn } from '../../shared/calls/going-on.ts';
import { codeLabel } from '../../shared/calls/labels.ts';
import type { CallView } from '../../shared/calls/view.ts';
import { serverNow } from '../api/server-time.ts';
import { agentOf } from '../format/agent.ts';
import type { Tone } from '../parts/parts.tsx';
import { language } from '../state/preferences.ts';
import { t } from '../words/t.ts';

const SHOWN = [
  'pk',
  'at',
  'rev',
  'callback',
  'direction',
  'caller',
  'callee',
  'answered',
  'abandoned',
  'status',
  'talkSeconds',
  'startedAt',
  'answeredAt',
  'agentAnsweredAt',
  'endedAt',
] as const satisfies (keyof CallView)[];

/** The part of a call that a row shows: a page that is open all day keeps thousands of them. */
export type Row = Pick<CallView, (typeof SHOWN)[number]> & {
  /** The call's position in time, ISO 8601. */
  time: string;
  agent: string | undefined;
  hasRecording: boolean;
};

export const rowOf = (call: CallView): Row => ({
  ...(Object.fromEntries(SHOWN.map((name) => [name, call[name]])) as Pick<CallView, (typeof SHOWN)[number]>),
  time: call.at.split('#')[0] ?? call.at,
  agent: agentOf(call),
  hasRecording: hasRecording(call),
});

const hasRecording = (call: CallView): boolean =>
  'recording' in call ||
  call.recordingUrl !== undefined ||
  call.recordingId !== undefined ||
  (call.legs?.some(({ recordingUrl }) => recordingUrl !== undefined) ?? false);

/** The result of a call, in a word or two. */
export type Outcome = { tone: Tone; label: string };

// "answered" and "not answered" already say what these do.
const PLAIN = ['normal-end', 'connected', 'answered', 'ended', 'calling', 'none', 'unknown', 'transferred'];
// Somebody has to fix something, or the line is bad.
const BAD = ['not-bound', 'network-interruption', 'abnormal-end', 'call-prohibited', 'blacklisted'];
// The customer wanted somebody, and nobody was there.
const MISSED =
  /queue-timeout|no-agent-online|all-agents-busy|agent-no-answer|agent-hangup|agent-cancelled|outside-service/;

type Told = Pick<CallView, 'at' | 'callback' | 'status' | 'answered' | 'abandoned' | 'endedAt'>;

/** How long after its beginning a call without an end counts as in progress. */
export const GOING_ON_MS = 2 * 3_600_000;

const isLive = (call: Told): boolean =>
  isGoingOn(call) && Date.parse(call.at.split('#')[0] ?? '') > serverNow() - GOING_ON_MS;

/** The result of a call, from all that is known about it. */
export const outcomeOf = (call: Told): Outcome => {
  const { status, answered, abandoned } = call;
  const said =
    status !== undefined && !PLAIN.includes(status) ? codeLabel('status', status, language.get()) : undefined;
  if (isLive(call)) return { tone: 'live', label: progressOf(call) };
  if (status && BAD.includes(status)) return { tone: 'bad', label: said ?? status };
  if (abandoned) return { tone: 'warn', label: said ?? t('abandoned') };
  if (answered && status?.startsWith('transfer-')) return { tone: 'warn', label: said ?? status };
  if (answered) return { tone: 'good', label: said ?? t('answered') };
  if (status && MISSED.test(status)) return { tone: 'warn', label: said ?? status };
  if (answered === false) return { tone: 'idle', label: said ?? t('notAnswered') };
  return { tone: 'idle', label: said ?? t('noStatement') };
};

/** The present state of a call in progress. */
export const progressOf = ({ status }: Pick<CallView, 'status'>): string => {
  if (status === 'connected') return t('talking');
  return status === 'answered' ? t('waiting') : t('ringing');
};

/** The time since when it is in that state. */
export const progressSince = (row: Row): string =>
  (row.status === 'connected'
    ? row.agentAnsweredAt
    : row.status === 'answered'
      ? row.answeredAt
      : undefined) ??
  row.startedAt ??
  row.time;
