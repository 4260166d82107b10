import * as v from 'valibot';
import type { RecordingKind } from '../deliveries/archive-result.ts';
import { MalformedMessage, sendable } from '../deliveries/message.ts';
import { expiryOf } from '../deliveries/retention.ts';
import { type Recorded, recordingsOf } from './kinds.ts';

const Job = v.object({
  pk: v.pipe(v.string(), v.regex(/^[a-z]+#./s)),
  kind: v.custom<RecordingKind>((kind) => /^(recording|voicemail|leg[1-9]\d*)$/.test(String(kind))),
  url: v.string(),
  /** When the first delivery of the call arrived; its object is filed under that day. */
  receivedAt: v.pipe(v.string(), v.isoTimestamp()),
  /** When the latest one arrived: of two URLs of a recording, that of the newer delivery counts. */
  revisedAt: v.pipe(v.string(), v.isoTimestamp()),
});

/** A job of the archiver: fetch a recording of a call. */
export type Job = v.InferOutput<typeof Job>;

/** The part of a call about its recordings. */
export type RecordedCall = Recorded & { pk: string; receivedAt: string; revisedAt: string };

/** A job for each recording of the call that `before` lacked, or had under another URL. */
export const jobsOf = (call: RecordedCall, before: Recorded = {}): Job[] => {
  const { pk, receivedAt, revisedAt } = call;
  const known = new Map(askedFor(before));
  return askedFor(call)
    .filter(([kind, url]) => known.get(kind) !== url)
    .map(([kind, url]) => ({ pk, kind, url, receivedAt, revisedAt }));
};

/** One job if two have the same URL. */
const askedFor = (call: Recorded): [RecordingKind, string][] =>
  recordingsOf(call).filter(([, url], n, all) => all.findIndex(([, other]) => other === url) === n);

/** When its call expires, as far as the job knows: a delivery that came since then changes it. */
export const expiryOfJob = ({ pk, revisedAt }: Job): number | undefined =>
  expiryOf({ pk, callback: pk.slice(0, pk.indexOf('#')), receivedAt: revisedAt });

/** The job as SQS text. */
export const serializeJob = (job: Job): string => sendable(JSON.stringify(job));

/**
 * The job of an SQS text; throws MalformedMessage, which does not repeat the text, if there is
 * none.
 */
export const deserializeJob = (text: string): Job => {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Job), text);
  if (!parsed.success) throw new MalformedMessage('this is not a job of the archiver');
  return parsed.output;
};
