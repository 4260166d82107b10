import { erasedOf } from '../deliveries/tombstone.ts';
import { keysOf, readJson, writeJson } from '../files/objects.ts';
import type { PhoneNumber } from './phone-number.ts';
import { writingsIn } from './writings.ts';

type Entry = { pk: string };
const LISTS = ['missing', 'different', 'unexpected'] as const;
type Report = Partial<Record<(typeof LISTS)[number], Entry[]>>;

/** Removes what the reports of reconciliations say of erased calls and of the number; how many entries. */
export const eraseReconciliations = async (
  number: PhoneNumber,
  abortSignal: AbortSignal,
): Promise<number> => {
  let removed = 0;
  for await (const key of keysOf('reconciliations/', abortSignal)) {
    const report = (await readJson(key, abortSignal)) as Report | undefined;
    const entries = LISTS.flatMap((list) => entriesOf(report, list));
    if (report === undefined || entries.length === 0) continue;
    const erased = await erasedOf(
      entries.map(({ pk }) => pk),
      abortSignal,
    );
    const isToGo = (entry: Entry) => erased.has(entry.pk) || holds(entry, number);
    const count = entries.filter(isToGo).length;
    if (count === 0) continue;
    const lists = LISTS.filter((list) => list in report).map((list) => [
      list,
      entriesOf(report, list).filter((entry) => !isToGo(entry)),
    ]);
    await writeJson(key, { ...report, ...Object.fromEntries(lists) }, abortSignal);
    removed += count;
  }
  return removed;
};

const entriesOf = (report: Report | undefined, list: (typeof LISTS)[number]): Entry[] => {
  const entries = report?.[list];
  // The summary of the last run has counts.
  return Array.isArray(entries) ? entries : [];
};

const holds = (entry: Entry, number: PhoneNumber): boolean =>
  writingsIn(JSON.stringify(entry), number).some(({ likeness }) => likeness === 'same');
