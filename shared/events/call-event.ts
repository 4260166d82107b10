import * as v from 'valibot';
import { CallView } from '../calls/view.ts';

/** The types of events. */
export const EVENT_TYPES = ['call.started', 'call.ended', 'call.updated'] as const;

/**
 * A change of a call, for other systems; `data` is the call. Of two events of a call, the one with
 * the greater `data.rev` is newer.
 */
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

/** A change of a call, for other systems. */
export type CallEvent = v.InferOutput<typeof CallEvent>;
