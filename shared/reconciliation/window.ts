import { cc } from '../callbacks/cc.ts';
import { serialize } from '../deliveries/message.ts';
import { refOf } from '../deliveries/ref.ts';
import { hasExpired } from '../deliveries/retention.ts';
import { type CallListOptions, callsBetween, type ListedCall } from '../nxcloud/call-list.ts';
import { addDifferent, addMissing, addUnexpected } from './findings.ts';
import { type Judged, judge, type Listed, listedCall } from './judge.ts';
import type { ReconcileOptions } from './options.ts';
import { pace } from './pace.ts';
import type { Found, Open, Run } from './run.ts';
import { type Ended, ended, isListed } from './unexpected.ts';
import { askedFor, isSettled, windowAt } from './windows.ts';

/** What is found in a window: the run as it is after it, and what is to be put into the queue. */
export type Compared = { run: Run; missing: Found[]; texts: { text: string }[] };

/** Compares the window at the position of a run, which is left as it is. */
export const compareWindow = async (
  run: Run,
  open: Open,
  { provider, enrich = false, dryRun = false, signal, onProgress }: ReconcileOptions,
): Promise<Compared> => {
  const [window, now] = [windowAt(run, run.position), new Date()];
  const next = structuredClone(run);
  const onNameless = (rows: number) => {
    next.unreadable += rows;
  };
  const options = { ...provider, signal, onNameless };
  const filling = new Set(open.filling.map(({ pk }) => pk));
  const before = new Set(open.listed);
  const seen = new Set<string>();
  const compared: Compared = { run: next, missing: [], texts: [] };
  const listed: string[] = [];
  // The list is paced between the pages of a window only.
  if (run.position > run.from) await pace(options);
  for await (const page of callsBetween(askedFor(window, now), options)) {
    const rows = newRows(page, seen, next).filter(({ endedAt }) => isSettled(endedAt, now));
    listed.push(...rows.map(({ delivery }) => refOf(delivery.pk)));
    const fresh = rows.filter(({ delivery }) => !before.has(refOf(delivery.pk)));
    const kept = fresh.filter(({ at }) => !hasExpired(cc.name, at, now));
    next.expired += fresh.length - kept.length;
    for (const one of await judge(kept, filling, signal)) count(compared, one, { enrich, dryRun });
    onProgress?.(next);
  }
  const isLast = window.to >= run.to;
  const mine = [...open.unlisted, ...(await ended(window, signal))].filter(({ pk }) => !seen.has(pk));
  const isDue = ({ endedAt }: Ended) => endedAt < window.to || (isLast && isSettled(endedAt, now));
  const asked = await addUnlisted(next, mine.filter(isDue), open.asked, options);
  next.open = { filling: [], listed, unlisted: mine.filter((one) => !isDue(one)), asked };
  next.position = window.to;
  return compared;
};

/** The rows of a page that no page of the window had before. */
const newRows = (page: readonly ListedCall[], seen: Set<string>, run: Run): Listed[] =>
  page.flatMap((row) => {
    const listed = listedCall(row);
    if (listed === undefined) run.unreadable++;
    if (listed === undefined || seen.has(listed.delivery.pk)) return [];
    seen.add(listed.delivery.pk);
    return [listed];
  });

type Sending = { enrich: boolean; dryRun: boolean };

const count = ({ run, missing, texts }: Compared, judged: Judged, { enrich, dryRun }: Sending): void => {
  const { delivery, at, found } = judged;
  const { outcome } = found;
  const entry = { pk: delivery.pk, at };
  run.compared++;
  if (outcome === 'erased') run.erased++;
  if (outcome === 'more' || outcome === 'newer') run.additional++;
  if (outcome === 'different') addDifferent(run, { ...entry, fields: found.fields });
  if (outcome === 'missing') {
    addMissing(run, entry);
    missing.push(entry);
  }
  const isSent = outcome === 'missing' || outcome === 'newer' || (enrich && found.adds);
  if (!isSent || dryRun) return;
  texts.push({ text: serialize(delivery) });
  if (outcome === 'missing') run.filled++;
  else run.enriched++;
};

// NXCloud is asked for each of them.
const MAX_ASKED = 50;

/** Adds those of our calls that NXCloud does not list when it is asked for them either; how many it was asked for by now. */
const addUnlisted = async (
  run: Run,
  calls: readonly Ended[],
  asked: number,
  options: CallListOptions,
): Promise<number> => {
  const asking = calls.slice(0, MAX_ASKED - asked);
  for (const call of asking) if (!(await isListed(call, options))) addUnexpected(run, call);
  for (const call of calls.slice(asking.length)) addUnexpected(run, call);
  return asked + asking.length;
};
