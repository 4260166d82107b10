import type { Language } from '../calls/labels.ts';
import type { CallView } from '../calls/view.ts';

/** The language of an export's headers, and the zone of its times. */
export type Layout = { language: Language; zone: string };

/**
 * Writes calls as the bytes of a file, some at a time, however many there are. Throws ExportError.
 */
export type Format = (
  batches: AsyncIterable<readonly CallView[]>,
  layout: Layout,
) => AsyncIterable<Uint8Array>;

/** Why an export is impossible, in words for the reader who requested it. */
export class ExportError extends Error {
  override name = 'ExportError';
}
