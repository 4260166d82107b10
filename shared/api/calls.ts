import * as v from 'valibot';
import { FILTERS, filtersOf, PAGE, readParameters } from '../calls/parameters.ts';
import { queryCalls } from '../calls/query.ts';
import { CallView, listed } from '../calls/view.ts';
import type { Route } from './route.ts';

const Calls = v.object({
  calls: v.array(CallView),
  cursor: v.optional(v.pipe(v.string(), v.description('Where the next page begins. Absent at the end.'))),
});

export const calls: Route = {
  path: '/api/calls',
  operation: 'listCalls',
  summary: 'Calls, newest first. A page before the last can be short: go on as long as there is a cursor.',
  parameters: { ...FILTERS, ...PAGE },
  answer: Calls,
  handle: async (query, { abortSignal }): Promise<v.InferOutput<typeof Calls>> => {
    const { limit, cursor, ...parameters } = readParameters({ ...FILTERS, ...PAGE }, query);
    const page = await queryCalls(filtersOf(parameters), { limit, cursor, abortSignal });
    return { calls: page.calls.map(listed), cursor: page.cursor };
  },
};
