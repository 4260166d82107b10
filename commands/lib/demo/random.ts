import { hash } from 'node:crypto';

/** Numbers that look random and are the same for the same seed. */
export type Random = {
  /** From 0 up to 1. */
  real: () => number;
  /** A whole number; both ends are possible. */
  between: (least: number, most: number) => number;
  chance: (probability: number) => boolean;
  pick: <Item>(items: readonly Item[]) => Item;
  /** An item, as often as its weight among the others says. */
  weighted: <Item>(items: readonly (readonly [Item, number])[]) => Item;
  hex: (length: number) => string;
  digits: (length: number) => string;
  uuid: () => string;
  /** Many small values and few large ones, around the mean. */
  exponential: (mean: number) => number;
};

export const randomOf = (seed: string): Random => {
  const real = mulberry32(Number.parseInt(hash('sha256', seed).slice(0, 8), 16));
  const between = (least: number, most: number) => least + Math.floor(real() * (most - least + 1));
  const text = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[between(0, alphabet.length - 1)]).join('');
  const hex = (length: number) => text('0123456789abcdef', length);
  return {
    real,
    between,
    chance: (probability) => real() < probability,
    pick: (items) => itemAt(items, between(0, items.length - 1)),
    weighted: (items) => {
      const sums = items.map((_, n) => items.slice(0, n + 1).reduce((sum, [, weight]) => sum + weight, 0));
      const place = real() * (sums.at(-1) ?? 0);
      return itemAt(
        items,
        sums.findIndex((sum) => place < sum),
      )[0];
    },
    hex,
    digits: (length) => `${between(1, 9)}${text('0123456789', length - 1)}`,
    uuid: () => [hex(8), hex(4), `4${hex(3)}`, `8${hex(3)}`, hex(12)].join('-'),
    exponential: (mean) => -mean * Math.log(1 - real()),
  };
};

const itemAt = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index];
  if (item === undefined) throw new RangeError('there is nothing to choose from');
  return item;
};

const mulberry32 = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};
