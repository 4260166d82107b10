import { CommandError } from './command-error.ts';

/** The option for how long a command waits for messages that nobody processes. */
export const WAIT = { type: 'string', default: '60' } as const;

export const WAIT_USAGE = `  --wait <seconds>   give up if no message is stored for this long; 60 by default`;

/** The option in milliseconds. */
export const waitMsOf = (wait: string): number => {
  if (!/^\d+$/.test(wait)) throw new CommandError(`--wait ${wait} is not a number of seconds.`);
  return Number(wait) * 1000;
};
