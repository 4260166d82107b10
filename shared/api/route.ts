import type * as v from 'valibot';

/** Something that was looked at, for the log: never by a number, a name or a key. `calls` says how many, 1 if it is left out. */
export type Audit = (
  entry:
    | { action: 'call' | 'body' | 'test-removed'; ref: string; sk?: string }
    | { action: 'recording'; ref: string; kind: string }
    | { action: 'export'; export: string; calls: number },
) => void;

/** Thrown if there is nothing to answer with, and it matters why. */
export class NotFound extends Error {
  override name = 'NotFound';
}

/** What a request has besides its query. */
export type Asking = {
  audit: Audit;
  abortSignal: AbortSignal;
  /** Where the API was asked, like https://calls.example.com. */
  origin: string;
  /** The body as text; empty if there is none. */
  body: string;
};

/** A route of the API. */
export type Route = {
  /** GET if it is left out. */
  method?: 'GET' | 'POST' | 'DELETE';
  path: string;
  operation: string;
  summary: string;
  parameters: v.ObjectEntries;
  /** The JSON that is sent to it, if any is. */
  body?: v.GenericSchema;
  /** The status of its answer: 200 if it is left out. */
  status?: number;
  answer: v.GenericSchema;
  /** When there is nothing to answer with, if that can be. */
  notFound?: string;
  /** When there is more than an answer can have, if that can be. */
  tooMany?: string;
  /** Why there is nothing, if the answer says so. */
  reason?: v.GenericSchema;
  /** The answer; undefined if there is no such thing. Throws InvalidQuery, or NotFound with the reason. */
  handle: (query: URLSearchParams, asking: Asking) => Promise<unknown>;
};
