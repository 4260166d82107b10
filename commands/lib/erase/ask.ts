import { createInterface } from 'node:readline';
import type { PhoneNumber } from '../../../shared/erasure/phone-number.ts';
import { phoneNumberOf } from '../../../shared/erasure/phone-number.ts';
import { CommandError } from '../command-error.ts';
import type { Similar } from './finding.ts';
import { similarText } from './listing.ts';

/** Somebody at the terminal, or what is piped in. The questions go where no output does. */
export const openDialogue = (signal: AbortSignal) => {
  const reader = createInterface({ input: process.stdin, terminal: false });
  const answers = reader[Symbol.asyncIterator]();
  signal.addEventListener('abort', () => reader.close(), { once: true });
  return {
    ask: async (question: string): Promise<string> => {
      process.stderr.write(`${question} `);
      const { value, done } = await answers.next();
      if (done) process.stderr.write('\n');
      return (value ?? '').trim();
    },
    close: () => reader.close(),
  };
};

type Dialogue = Pick<ReturnType<typeof openDialogue>, 'ask'>;

/** Asks of each similar number whether it is the same; those that are. */
export const askForSimilar = async ({ ask }: Dialogue, similar: readonly Similar[]): Promise<Set<string>> => {
  const confirmed = new Set<string>();
  for (const one of similar) {
    const answer = await ask(`${similarText(one)}. Is that the same number, to be erased as well? [y/N]`);
    if (/^y(es)?$/i.test(answer)) confirmed.add(one.written);
  }
  return confirmed;
};

/** Asks for the number again; throws a CommandError if it is another one. */
export const askForNumber = async ({ ask }: Dialogue, number: PhoneNumber): Promise<void> => {
  const answer = await ask('This cannot be undone. Type the number again to erase it:');
  if (phoneNumberOf(answer) === number) return;
  throw new CommandError('That is not the number. Nothing was deleted.');
};
