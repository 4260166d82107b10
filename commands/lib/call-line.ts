import type { CallItem } from '../../shared/calls/item.ts';

/** A call as a line of a terminal; its key comes last, since it can be long. */
export const callLine = (call: CallItem): string =>
  printable([localTime(call.at), outcomeOf(call).padEnd(16), partiesOf(call).padEnd(28), call.pk].join('  '));

const outcomeOf = ({ answered, abandoned, talkSeconds, status }: CallItem): string => {
  if (answered) return talkSeconds === undefined ? 'answered' : `answered ${talkSeconds} s`;
  if (abandoned) return 'abandoned';
  return answered === false ? 'not answered' : (status ?? '');
};

const partiesOf = ({ caller, callee }: CallItem): string =>
  caller || callee ? `${caller ?? '?'} -> ${callee ?? '?'}` : '';

/** `at` starts with ISO 8601. Swedish writes a date and a time as ISO does, without its T. */
const localTime = (at: string): string => new Date(at.split('#')[0] ?? '').toLocaleString('sv');

/** Control characters, which a provider could send, as text, so that a terminal does not obey them. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
