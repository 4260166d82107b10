import { printable } from '../../../shared/telemetry/printable.ts';
import { clock, inWords, localTime } from './words.ts';

const CODES = ['status', 'direction', 'hangupBy', 'channel'];

/** A field's value as a person reads it: a time in the zone, seconds as a clock has them too. */
export const valueText = (field: string, value: unknown, zone: string): string => {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (field.endsWith('Seconds') && typeof value === 'number') {
    return value < 60 ? `${value} s` : `${clock(value)} (${value} s)`;
  }
  if (typeof value !== 'string') return printable(JSON.stringify(value));
  if (field.endsWith('At')) return momentText(value, zone);
  return printable(CODES.includes(field) ? inWords(value) : value);
};

/** A time to the millisecond, if it has any. */
export const momentText = (iso: string, zone: string): string => {
  const milliseconds = iso.slice(19, 23);
  return localTime(iso, zone) + (milliseconds === '.000' ? '' : milliseconds);
};
