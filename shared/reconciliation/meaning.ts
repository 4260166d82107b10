import { isDeepStrictEqual } from 'node:util';
import { isSameParty } from '../calls/party.ts';

type IsSame = (ours: string, theirs: string) => boolean;

const byField: Record<string, IsSame> = {
  caller: (ours, theirs) => isSameParty(ours, theirs),
  callee: (ours, theirs) => isSameParty(ours, theirs),
  cost: (ours, theirs) => Number(ours) === Number(theirs),
};

/** Whether two values of a field of a call say the same, however they are written. */
export const isSameMeaning = (name: string, ours: unknown, theirs: unknown): boolean => {
  if (isDeepStrictEqual(ours, theirs)) return true;
  if (typeof ours !== 'string' || typeof theirs !== 'string') return false;
  if (name.endsWith('At')) return isSameTime(ours, theirs);
  if (name.endsWith('Url')) return linkOf(ours) === linkOf(theirs);
  return byField[name]?.(ours, theirs) ?? false;
};

/** NXCloud gives some times in seconds and others in milliseconds. */
const isSameTime: IsSame = (ours, theirs) =>
  [ours, theirs].some((time) => time.endsWith('.000Z')) &&
  Math.abs(Date.parse(ours) - Date.parse(theirs)) < 1_000;

/** A link without its query, in which a signature changes each time. */
const linkOf = (url: string): string => url.replace(/[?#].*$/s, '');
