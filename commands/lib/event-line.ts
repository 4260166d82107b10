import { styleText } from 'node:util';
import { summaryOf } from '../../shared/calls/summary.ts';
import type { CallEvent } from '../../shared/events/call-event.ts';
import { printable } from '../../shared/telemetry/printable.ts';
import { localTime } from './calls/words.ts';

const COLOURS = { 'call.started': 'yellow', 'call.ended': 'green', 'call.updated': 'gray' } as const;
const TYPE_WIDTH = 12;

/** `2026-11-26 14:03:11  call.ended    pns#45  rev 2  85235757581 -> 85238533300  answered 6 s`, in colour on a terminal. */
export const eventLine = ({ type, timestamp, data }: CallEvent, zone: string): string => {
  const { parties, outcome } = summaryOf(data);
  const rest = [data.pk, `rev ${data.rev}`, parties, outcome].filter((part) => part !== '');
  return [
    localTime(timestamp, zone),
    styleText(COLOURS[type], type.padEnd(TYPE_WIDTH)),
    ...rest.map(printable),
  ].join('  ');
};
