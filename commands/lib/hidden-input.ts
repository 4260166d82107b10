import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CommandError } from './command-error.ts';

/** What a person types at the terminal, which does not show it; else all of standard input. Throws a CommandError if it is ended before. */
export const readHidden = async (question: string, signal: AbortSignal): Promise<string> => {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return text(stdin);
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output, terminal: true });
  // Not before nothing is shown any more.
  stderr.write(question);
  const ended = new AbortController();
  // Ctrl-C, which is only a key while nothing is shown, and Ctrl-D.
  for (const event of ['SIGINT', 'close'] as const) lines.once(event, () => ended.abort());
  try {
    return await lines.question('', { signal: AbortSignal.any([signal, ended.signal]) });
  } catch (error) {
    throw ended.signal.aborted || signal.aborted ? new CommandError('Nothing was changed.') : error;
  } finally {
    lines.close();
    stderr.write('\n');
  }
};
