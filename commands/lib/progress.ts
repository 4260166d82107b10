import { Presets, SingleBar } from 'cli-progress';

/**
 * A bar on the terminal, or a running count if the total is unknown; silent if the output is not a
 * terminal.
 */
export const startProgress = (label: string, total = 0) => {
  const format = total > 0 ? `${label} {bar} {value}/{total}` : `${label} {value}`;
  const bar = new SingleBar({ format, hideCursor: true, stopOnComplete: false }, Presets.shades_classic);
  bar.start(total, 0);
  return {
    to: (value: number, newTotal = bar.getTotal()): void => {
      bar.setTotal(Math.max(newTotal, value));
      bar.update(value);
    },
    add: (number = 1): void => bar.increment(number),
    stop: (): void => bar.stop(),
  };
};
