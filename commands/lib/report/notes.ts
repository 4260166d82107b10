import { styleText } from 'node:util';
import type { Figures } from '../../../shared/reports/figures.ts';
import { count } from '../command.ts';

/** What a report rests on less than all calls for, a line each; red if somebody should look into it. `command` lists the calls with unreadable fields. */
export const notesOf = (total: Figures, command: string): string[] => {
  const of = (number: number, what: string): string[] =>
    number === 0 ? [] : [`${count(number, 'call')} ${what}`];
  return [
    ...of(total.degraded, `with fields that could not be read: ${command}`).map((line) =>
      styleText('red', line),
    ),
    ...of(total.unknownCodes, 'with a code that is unknown'),
    ...of(total.answerUnknown, 'of which NXCloud did not say whether anybody answered'),
    ...of(total.waitUnknown, 'in neither SL nor ASA: answered, the wait is not known'),
    ...of(total.talkUnknown, 'not in ATT: answered, the talk time is not known'),
    ...of(total.untimed, 'without a time, counted at their arrival'),
  ];
};
