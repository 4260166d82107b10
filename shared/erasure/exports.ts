import { ERASURES } from '../exports/erasures.ts';
import { type ExportState, readState, writeState } from '../exports/state.ts';
import { deleteObjects, keysOf } from '../files/objects.ts';

const FILE = /^exports\/([0-9a-f-]{36})\.(?!json$)\w+$/;

/** Deletes the files of exports that can hold a call of these days, and says so to whoever asks for them; how many. */
export const eraseExports = async (days: ReadonlySet<string>, abortSignal: AbortSignal): Promise<number> => {
  if (days.size === 0) return 0;
  let deleted = 0;
  for await (const key of keysOf('exports/', abortSignal)) {
    const [, id] = FILE.exec(key) ?? [];
    if (id === undefined || key.startsWith(ERASURES)) continue;
    const state = await readState(id, abortSignal);
    if (state !== undefined && !canHold(state, days)) continue;
    await deleteObjects([key], abortSignal);
    if (state?.state === 'ready') await writeState(id, { state: 'failed', reason: WHY }, abortSignal);
    deleted++;
  }
  return deleted;
};

const WHY = 'It had calls that were erased since, or may have had. Ask again.';

const PERIOD = /(\d{4}-\d\d-\d\d)-(\d{4}-\d\d-\d\d)/;
const DAY_MS = 86_400_000;

/** Whether a file can hold a call of one of these days. Its name tells the first and the last one of its period, in the zone of the export. */
const canHold = (state: ExportState, days: ReadonlySet<string>): boolean => {
  const [, first, last] = (state.state === 'ready' && PERIOD.exec(state.fileName)) || [];
  if (first === undefined || last === undefined) return true;
  const [from, to] = [Date.parse(first) - DAY_MS, Date.parse(last) + DAY_MS];
  return [...days].some((day) => Date.parse(day) >= from && Date.parse(day) <= to);
};
