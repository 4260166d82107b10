import { erasedOf } from '../deliveries/tombstone.ts';
import { keysOf, readJson, writeJson } from '../files/objects.ts';
import type { PhoneNumber } from './phone-number.ts';
import { writingsIn } from './writings.ts';

type Entry = { pk: string };
type Report = Record<string, unknown> & { open?: Record<string, unknown> };

/** Removes what the reports of reconciliations say of erased calls and of the number: how many entries, and of how many unfinished reports. */
export const eraseReconciliations = async (
  number: PhoneNumber,
  abortSignal: AbortSignal,
): Promise<{ entries: number; underWay: number }> => {
  const done = { entries: 0, underWay: 0 };
  for await (const key of keysOf('reconciliations/', abortSignal)) {
    const report = (await readJson(key, abortSignal)) as Report | undefined;
    if (report === undefined) continue;
    if (report.open !== undefined) done.underWay++;
    const entries = [...entriesOf(report), ...entriesOf(report.open)];
    const erased = await erasedOf(
      entries.map(({ pk }) => pk),
      abortSignal,
    );
    const isToGo = (entry: Entry) => erased.has(entry.pk) || holds(entry, number);
    const count = entries.filter(isToGo).length;
    if (count === 0) continue;
    const open = report.open && { open: without(report.open, isToGo) };
    await writeJson(key, { ...without(report, isToGo), ...open }, abortSignal);
    done.entries += count;
  }
  return done;
};

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && 'pk' in value && typeof value.pk === 'string';

/** What a report says of calls, in whichever of its lists. */
const entriesOf = (lists: Record<string, unknown> = {}): Entry[] =>
  Object.values(lists).flatMap((list) => (Array.isArray(list) ? list.filter(isEntry) : []));

const without = (lists: Record<string, unknown>, isToGo: (entry: Entry) => boolean) =>
  Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [
      name,
      Array.isArray(list) ? list.filter((entry) => !(isEntry(entry) && isToGo(entry))) : list,
    ]),
  );

const holds = (entry: Entry, number: PhoneNumber): boolean =>
  writingsIn(JSON.stringify(entry), number).some(({ likeness }) => likeness === 'same');
