import { cc } from '../callbacks/cc.ts';
import type { CallItem } from '../calls/item.ts';
import { scanCalls } from '../calls/scan.ts';
import { isTestCall } from '../calls/test-call.ts';
import { type CallListOptions, findCall } from '../nxcloud/call-list.ts';
import { pace } from './pace.ts';
import type { Found } from './run.ts';
import type { Period } from './windows.ts';

/** A call of ours that has ended. */
export type Ended = Found & { endedAt: string };

/** The calls of ours that began in a period and have ended, without those that were made up to try a callback. */
export const ended = async (period: Period, abortSignal: AbortSignal): Promise<Ended[]> => {
  const found: Ended[] = [];
  const take = (calls: CallItem[]) => {
    for (const { pk, id, startedAt, endedAt } of calls)
      if (startedAt !== undefined && endedAt !== undefined && !isTestCall(id))
        found.push({ pk, at: startedAt, endedAt });
  };
  const fields = ['pk', 'id', 'startedAt', 'endedAt'] as const;
  await scanCalls({ ...period, callbacks: [cc.name] }, { fields, abortSignal }, take);
  return found;
};

const DAY_MS = 86_400_000;

/** Whether NXCloud lists a call if it is asked for this one, around the time that we know of it. */
export const isListed = async ({ pk, at, endedAt }: Ended, options: CallListOptions): Promise<boolean> => {
  const span = { from: shifted(at, -DAY_MS), to: shifted(endedAt, DAY_MS) };
  const found = await findCall({ callId: pk.slice(cc.name.length + 1), ...span }, options);
  await pace(options);
  return found !== undefined;
};

const shifted = (time: string, byMs: number): string => new Date(Date.parse(time) + byMs).toISOString();
