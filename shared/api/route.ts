import type * as v from 'valibot';

/** Something that was looked at, for the log: never by a number, a name or a key. */
export type Audit = (entry: { action: 'call' | 'body'; ref: string; sk?: string }) => void;

/** A route of the API for reading. */
export type Route = {
  path: string;
  operation: string;
  summary: string;
  parameters: v.ObjectEntries;
  answer: v.GenericSchema;
  /** When there is nothing to answer with, if that can be. */
  notFound?: string;
  /** When there is more than an answer can have, if that can be. */
  tooMany?: string;
  /** The answer; undefined if there is no such thing. Throws InvalidQuery. */
  handle: (query: URLSearchParams, context: { audit: Audit; abortSignal: AbortSignal }) => Promise<unknown>;
};
