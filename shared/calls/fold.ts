import type { Callback } from '../callbacks/callback.ts';
import type { ArchiveResult } from '../deliveries/archive-result.ts';
import type { Delivery } from '../deliveries/delivery.ts';
import { refOf } from '../deliveries/ref.ts';
import type { Issue } from '../payload/reader.ts';
import type { CallRecord } from './call.ts';
import { archiveOf, type Recordings } from './recordings.ts';

/** A call: what is known of it, what the archive has of it, and where that comes from. */
export type Call = Omit<CallRecord, 'legs'> &
  Recordings & {
    pk: string;
    callback: string;
    id: string;
    ref: string;
    /** When its first delivery came, and its latest. */
    receivedAt: string;
    revisedAt: string;
    /** How many distinct bodies there are of it. */
    versions: number;
    /** The fields that none of its bodies could be read for. */
    issues?: Issue[] | undefined;
  };

/**
 * What is true of a call by its deliveries, and by what the archiver did: a pure function of both, whatever order they came in.
 * Undefined if none of the deliveries tells of a call by today's schemas.
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

/** Whether a body is out of the provider's list, which adds to what callbacks say and never overrides it. */
export const isListed = ({ source }: Delivery): boolean => source === 'list';

/** Orders deliveries as they came. */
export const byArrival = (a: Delivery, b: Delivery): number => (arrivalOf(a) < arrivalOf(b) ? -1 : 1);

const arrivalOf = ({ receivedAt, sk }: Delivery): string => `${receivedAt} ${sk}`;
