import type { Recording } from '../../../shared/calls/call.ts';
import { printable } from '../../../shared/telemetry/printable.ts';
import { clock, inWords, localTime } from './words.ts';

const RECORDINGS = ['recording', 'voicemail'];
const CODES = ['status', 'direction', 'hangupBy', 'channel'];

/** A field's value for a person: a time in the zone, seconds also as a clock. */
export const valueText = (field: string, value: unknown, zone: string): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (field.endsWith('Seconds') && typeof value === 'number') {
    return value < 60 ? `${value} s` : `${clock(value)} (${value} s)`;
  }
  if (RECORDINGS.includes(field)) return printable(recordingText(value as Recording, zone));
  if (typeof value !== 'string') return printable(JSON.stringify(value));
  if (field.endsWith('At')) return momentText(value, zone);
  return printable(CODES.includes(field) ? inWords(value) : value);
};

/** A time, to the millisecond if it has any. */
export const momentText = (iso: string, zone: string): string => {
  const milliseconds = iso.slice(19, 23);
  return localTime(iso, zone) + (milliseconds === '.000' ? '' : milliseconds);
};

/**
 * `archived, 2026-11-26 14:03:11, audio/mpeg, 1.2 MB, SHA-256 ab12…`, or the archiver's progress,
 * and which file there is.
 */
const recordingText = ({ state, reason, at, key, type, bytes, sha256 }: Recording, zone: string): string => {
  const file = [
    at && localTime(at, zone),
    type,
    bytes !== undefined && sizeText(bytes),
    sha256 && `SHA-256 ${sha256}`,
  ];
  const isEarlier = state !== 'archived' && key !== undefined;
  return [reason ? `${state}: ${reason}` : state, isEarlier && 'an earlier file is kept', ...file]
    .filter(Boolean)
    .join(', ');
};

/** `812 KB`, `1.2 MB`. */
export const sizeText = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
