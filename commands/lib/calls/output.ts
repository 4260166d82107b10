import { once } from 'node:events';
import { clearLine, cursorTo } from 'node:readline';
import { printable } from '../../../shared/telemetry/printable.ts';
import { cut } from '../columns.ts';

const DEFAULT_WIDTH = 100;

/** Columns of the terminal; for a pipe, as many as fit on most terminals. */
export const terminalWidth = (): number => process.stdout.columns || DEFAULT_WIDTH;

/** Prints lines, no faster than their reader takes them. */
export const printLines = async (lines: readonly string[]): Promise<void> => {
  if (lines.length === 0) return;
  const isTaken = process.stdout.write(`${lines.join('\n')}\n`);
  if (!isTaken) await once(process.stdout, 'drain');
};

/** A value as one line of JSON without terminal control characters. */
export const jsonLine = (value: unknown): string => printable(JSON.stringify(value));

// Work that ends sooner needs no progress.
const QUIET_MS = 700;

/** A progress line that is updated in place, on a terminal only. */
export const startStatus = () => {
  const { stderr } = process;
  const startedAt = Date.now();
  let isShown = false;
  const clear = (): void => {
    if (!isShown) return;
    clearLine(stderr, 0);
    cursorTo(stderr, 0);
    isShown = false;
  };
  return {
    clear,
    show: (text: string): void => {
      if (!stderr.isTTY || Date.now() - startedAt < QUIET_MS) return;
      clear();
      stderr.write(cut(text, (stderr.columns || DEFAULT_WIDTH) - 1));
      isShown = true;
    },
  };
};
