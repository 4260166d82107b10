import * as v from 'valibot';
import { CallView } from '../calls/view.ts';

/** What can become of a call. */
export const EVENT_TYPES = ['call.started', 'call.ended', 'call.updated'] as const;

/** What became of a call, as it is told to other systems: `data` is the call. Of two of a call, that with the greater `data.rev` is the newer. */
export const CallEvent = v.object({
  id: v.pipe(
    v.string(),
    v.regex(/^evt_[0-9a-f]{32}$/),
    v.description('The same for the same `rev` of a call.'),
  ),
  type: v.picklist(EVENT_TYPES),
  timestamp: v.pipe(v.string(), v.isoTimestamp(), v.description('When the call was written.')),
  data: CallView,
});

/** What became of a call, as it is told to other systems. */
export type CallEvent = v.InferOutput<typeof CallEvent>;
