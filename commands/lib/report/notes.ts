import { styleText } from 'node:util';
import type { Figures } from '../../../shared/reports/figures.ts';
import { count } from '../command.ts';

/**
 * What the figures leave out, a line each; red if somebody should look into it. `command` lists the
 * calls with unreadable fields.
 */
export const notesOf = (total: Figures, command: string): string[] => {
  const of = (number: number, what: string): string[] =>
    number === 0 ? [] : [`${count(number, 'call')} ${what}`];
  return [
    ...of(total.degraded, `with unreadable fields: ${command}`).map((line) => styleText('red', line)),
    ...of(total.unknownCodes, 'with an unknown code'),
    ...of(total.answerUnknown, 'for which NXCloud did not say whether they were answered'),
    ...of(total.waitUnknown, 'answered but not in SL and ASA, because the wait is unknown'),
    ...of(total.talkUnknown, 'answered but not in ATT, because the talk time is unknown'),
    ...of(total.untimed, 'without a time, counted when they arrived'),
  ];
};
