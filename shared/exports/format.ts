import type { Language } from '../calls/labels.ts';
import type { CallView } from '../calls/view.ts';

/** How an export reads: the language of its headers and the zone of its times. */
export type Layout = { language: Language; zone: string };

/** Writes calls as the bytes of a file, some at a time, whatever they are in all. Throws ExportError. */
export type Format = (
  batches: AsyncIterable<readonly CallView[]>,
  layout: Layout,
) => AsyncIterable<Uint8Array>;

/** Why there can be no such export, in words for whoever asked for it. */
export class ExportError extends Error {
  override name = 'ExportError';
}
