import * as v from 'valibot';
import { callbacks } from '../callbacks/list.ts';
import { readParameters } from '../calls/parameters.ts';
import { stageZone } from '../calls/period.ts';
import { lastReceived } from '../status/last-received.ts';
import { Reconciliation, reconciliation } from '../status/reconciliation.ts';
import { isRejectedCursor, rejectedPage } from '../status/rejected.ts';
import { todayOf } from '../status/today.ts';
import type { Route } from './route.ts';

const text = v.string();
const time = v.pipe(text, v.isoTimestamp());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const REJECTED = {
  cursor: v.optional(
    v.pipe(
      text,
      v.check(isRejectedCursor, 'must be the cursor of a page'),
      v.description('Where the rejected bodies begin: the `cursor` of the previous page.'),
    ),
  ),
};

const Status = v.object({
  callbacks: v.array(
    v.object({
      name: text,
      url: v.pipe(text, v.description('The URL to post to, without a token.')),
      lastReceivedAt: v.pipe(
        v.optional(time),
        v.description('When it was last accepted. Absent if that was not in the last 15 months.'),
      ),
      today: v.pipe(
        v.object({ accepted: count, degraded: count, rejected: count, refused: count }),
        v.description("Counts of the stage's day so far, from CloudWatch, which is a minute or two behind."),
      ),
    }),
  ),
  rejected: v.object({
    items: v.array(
      v.object({
        receivedAt: time,
        callback: text,
        issues: v.array(v.object({ path: text, message: text })),
        sk: text,
      }),
    ),
    cursor: v.optional(v.pipe(text, v.description('Where the next page begins. Absent at the end.'))),
    incomplete: v.pipe(
      v.optional(v.literal(true)),
      v.description('There are more rejected bodies than are read, so newer ones may be missing.'),
    ),
  }),
  reconciliation: Reconciliation,
});

export const status: Route = {
  path: '/api/status',
  operation: 'status',
  summary:
    "What each callback last received, its counts of today, the rejected bodies, newest first, and how the calls compare with NXCloud's list.",
  parameters: REJECTED,
  answer: Status,
  handle: async (query, { origin, abortSignal }): Promise<v.InferOutput<typeof Status>> => {
    const { cursor } = readParameters(REJECTED, query);
    const names = callbacks.map(({ name }) => name);
    const [today, last, rejected, compared] = await Promise.all([
      todayOf(names, stageZone(), abortSignal),
      lastReceived(names, abortSignal),
      rejectedPage(names, cursor, abortSignal),
      reconciliation(abortSignal),
    ]);
    return {
      callbacks: callbacks.map(({ name, path }) => ({
        name,
        url: `${origin}${path}`,
        lastReceivedAt: last[name],
        today: today[name] ?? { accepted: 0, degraded: 0, rejected: 0, refused: 0 },
      })),
      rejected,
      reconciliation: compared,
    };
  },
};
