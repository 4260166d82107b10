import { styleText } from 'node:util';
import { printable } from '../shared/telemetry/printable.ts';

// Red: somebody must act. Yellow: a caller was refused.
const COLOURS: Record<string, 'red' | 'yellow' | 'green' | 'gray'> = {
  failed: 'red',
  unprojected: 'red',
  unavailable: 'red',
  'not built': 'red',
  unarchived: 'red',
  rejected: 'yellow',
  unauthorized: 'yellow',
  forbidden: 'yellow',
  toolarge: 'yellow',
  'not found': 'yellow',
  unsent: 'yellow',
  call: 'green',
  sent: 'green',
  archived: 'green',
  duplicate: 'gray',
  waiting: 'gray',
};

/**
 * One line of the terminal: the time of day, what happened, and to what. Coloured on a terminal
 * only.
 */
export const eventLine = (outcome: string, ...details: (string | undefined)[]): string => {
  const colour = COLOURS[outcome];
  const label = outcome.padEnd(12);
  const shown = details.filter((detail) => detail !== undefined && detail !== '').map(printable);
  return [timeOfDay(new Date()), colour ? styleText(colour, label) : label, ...shown].join('  ').trimEnd();
};

/** `17:16:04`, in the time zone of this machine. */
export const timeOfDay = (time: Date): string => time.toTimeString().slice(0, 8);
