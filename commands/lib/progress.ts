import { Presets, SingleBar } from 'cli-progress';

/** A bar on the terminal; silent where the output is no terminal. */
export const startProgress = (label: string, total: number) => {
  const bar = new SingleBar(
    { format: `${label} {bar} {value}/{total}`, hideCursor: true, stopOnComplete: false },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return {
    to: (value: number, newTotal = bar.getTotal()): void => {
      bar.setTotal(Math.max(newTotal, value));
      bar.update(value);
    },
    add: (): void => bar.increment(),
    stop: (): void => bar.stop(),
  };
};
