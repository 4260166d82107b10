import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenCall, openHistory } from '../../../shared/calls/open.ts';
import { saveObject } from '../save-object.ts';
import { pageOf, type Shown } from './page.ts';
import { partsOf } from './recordings.ts';

/** What is in a bundle. */
export type Contents = { calls: number; bodies: number; recordings: number; missing: number };

type Wanted = { pks: string[]; folder: string; title: string; zone: string };

/** Writes all that there is of calls into a folder: calls.html to read, calls.json, each body as it was received, and the recordings. */
export const writeBundle = async (
  { pks, folder, title, zone }: Wanted,
  onCall: () => void,
  signal: AbortSignal,
): Promise<Contents> => {
  for (const name of ['bodies', 'recordings']) await mkdir(join(folder, name), { mode: 0o700 });
  const [opened, shown]: [OpenCall[], Shown[]] = [[], []];
  for (const pk of pks) {
    const call = await writeCall(folder, pk, signal);
    if (call !== undefined) {
      opened.push(call.opened);
      shown.push(call.shown);
    }
    onCall();
  }
  await write(join(folder, 'calls.json'), `${JSON.stringify(opened, null, 2)}\n`);
  await write(join(folder, 'calls.html'), pageOf(shown, title, zone));
  const parts = shown.flatMap((one) => one.parts);
  const missing = parts.filter((part) => 'missing' in part).length;
  return {
    calls: shown.length,
    bodies: shown.reduce((sum, { bodies }) => sum + bodies.length, 0),
    recordings: parts.length - missing,
    missing,
  };
};

/** Writes the bodies and the recordings of a call; undefined if it is gone meanwhile, or has expired. */
const writeCall = async (folder: string, pk: string, signal: AbortSignal) => {
  const found = await openHistory(pk, signal);
  if (found === undefined) return undefined;
  const { opened, history } = found;
  const bodies: string[] = [];
  for (const [n, { body }] of history.deliveries.entries()) {
    const name = `${opened.call.ref}-${n + 1}.json`;
    await write(join(folder, 'bodies', name), body);
    bodies.push(name);
  }
  const parts = await partsOf(opened.call, signal);
  for (const part of parts) {
    if ('missing' in part) continue;
    const place = { file: join(folder, 'recordings', part.name), replaces: false, advice: 'delete it' };
    await saveObject(part, place, () => {}, signal);
  }
  return { opened, shown: { call: opened.call, parts, bodies } };
};

const write = (file: string, text: string): Promise<void> =>
  writeFile(file, text, { mode: 0o600, flag: 'wx' });
