import * as v from 'valibot';
import { latestSummary } from '../reconciliation/state.ts';

const time = v.pipe(v.string(), v.isoTimestamp());
const count = (what: string) => v.pipe(v.number(), v.integer(), v.minValue(0), v.description(what));

const Found = v.object({
  at: v.pipe(time, v.description('When the last comparison finished. It and the rest are absent before it.')),
  from: v.pipe(time, v.description('Where the period begins that it was about.')),
  to: time,
  compared: count('Calls that NXCloud listed.'),
  missing: count('Calls whose callbacks had not arrived.'),
  filled: count('Missing calls that were taken from the list.'),
  different: count('Calls of which the list says something else.'),
  unexpected: count('Calls that the list does not have.'),
});

/** How the calls of Call Center compare with NXCloud's list of them. */
export const Reconciliation = v.object({
  state: v.pipe(v.picklist(['on', 'off']), v.description('Whether they are compared by a schedule.')),
  schedule: v.optional(v.picklist(['hourly', 'daily'])),
  ...v.partial(Found).entries,
});

/** Whether calls are compared, by `RECONCILE`, and what the last comparison found, if there was one in the last 30 days. */
export const reconciliation = async (
  abortSignal: AbortSignal,
): Promise<v.InferOutput<typeof Reconciliation>> => {
  const { RECONCILE: schedule } = process.env;
  const isOn = schedule === 'hourly' || schedule === 'daily';
  const latest = await latestSummary(abortSignal);
  return {
    ...(isOn ? { state: 'on', schedule } : { state: 'off' }),
    ...(latest && v.parse(Found, latest)),
  };
};
