import { SetupError } from '../../infrastructure/ports.ts';

/** Something that the person at the terminal can change; the message says what to do. */
export class CommandError extends SetupError {}

/** Runs a command: `--help` prints its usage, its errors become one line, Ctrl-C aborts the signal, a second one ends the process at once. */
export const runCommand = async (
  command: (signal: AbortSignal) => Promise<void>,
  usage: string,
): Promise<void> => {
  if (process.argv.includes('--help')) return say(usage);
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  // Whoever read the output has seen enough of it, as in `npm run calls | head`.
  process.stdout.once('error', () => process.exit());
  try {
    await command(controller.signal);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${messageOf(error as Error, usage)}\n`);
  }
};

const messageOf = (error: Error, usage: string): string => {
  if (error instanceof SetupError) return error.message;
  const mistyped = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  return mistyped ? `${error.message}\n\n${usage}` : `${error.name}: ${error.message}`;
};

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** `1 dead letter`, `2 dead letters`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;
