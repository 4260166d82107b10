import type * as v from 'valibot';

/** Something that was looked at, for the log: never by a number, a name or a key. */
export type Audit = (entry: {
  action: 'call' | 'body' | 'recording';
  ref: string;
  sk?: string;
  kind?: string;
}) => void;

/** Thrown if there is nothing to answer with, and it matters why. */
export class NotFound extends Error {
  override name = 'NotFound';
}

/** A route of the API for reading. */
export type Route = {
  path: string;
  operation: string;
  summary: string;
  parameters: v.ObjectEntries;
  answer: v.GenericSchema;
  /** When there is nothing to answer with, if that can be. */
  notFound?: string;
  /** Why there is nothing, if the answer says so. */
  reason?: v.GenericSchema;
  /** The answer; undefined if there is no such thing. Throws InvalidQuery, or NotFound with the reason. */
  handle: (query: URLSearchParams, context: { audit: Audit; abortSignal: AbortSignal }) => Promise<unknown>;
};
