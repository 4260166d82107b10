import type { Callback } from '../callbacks/callback.ts';
import type { ArchiveResult } from '../deliveries/archive-result.ts';
import type { Delivery } from '../deliveries/delivery.ts';
import { refOf } from '../deliveries/ref.ts';
import type { Issue } from '../payload/reader.ts';
import type { CallRecord } from './call.ts';
import { archiveOf, type Recordings } from './recordings.ts';

/** A call: its record, what the archive has, and where both come from. */
export type Call = Omit<CallRecord, 'legs'> &
  Recordings & {
    pk: string;
    callback: string;
    id: string;
    ref: string;
    /** When its first and its latest delivery arrived. */
    receivedAt: string;
    revisedAt: string;
    /** How many distinct bodies it has. */
    versions: number;
    /** The fields that none of its bodies had in readable form. */
    issues?: Issue[] | undefined;
  };

/**
 * The state of a call by its deliveries and the archiver's results: a pure function of both, in
 * whatever order they came. Undefined if, by the current schemas, none of the deliveries is about a
 * call.
 */
export const foldCall = (
  callback: Callback,
  deliveries: readonly Delivery[],
  results: readonly ArchiveResult[] = [],
): Call | undefined => {
  const [first] = deliveries;
  if (first === undefined) return undefined;
  const inOrder = deliveries.toSorted(byArrival);
  const { told = [], listed = [] } = Object.groupBy(inOrder, (one) => (isListed(one) ? 'listed' : 'told'));
  const folded = callback.fold(told.map(bodyOf), listed.map(bodyOf));
  if (folded === undefined) return undefined;
  const arrivals = deliveries.map(({ receivedAt }) => receivedAt).sort();
  return {
    ...folded.record,
    ...archiveOf(folded.record, results),
    pk: first.pk,
    callback: callback.name,
    id: first.id,
    ref: refOf(first.pk),
    receivedAt: arrivals[0] ?? '',
    revisedAt: arrivals.at(-1) ?? '',
    versions: deliveries.length,
    ...(folded.issues.length > 0 && { issues: folded.issues }),
  };
};

const bodyOf = ({ body }: Delivery): string => body;

/**
 * Whether a body comes from the provider's list, which adds to the callbacks and never overrides
 * them.
 */
export const isListed = ({ source }: Delivery): boolean => source === 'list';

/** Orders deliveries by arrival. */
export const byArrival = (a: Delivery, b: Delivery): number => (arrivalOf(a) < arrivalOf(b) ? -1 : 1);

const arrivalOf = ({ receivedAt, sk }: Delivery): string => `${receivedAt} ${sk}`;
