import type * as v from 'valibot';

/**
 * What a request read, for the audit log: never a number, a name or a key. `calls` says how many,
 * by default 1.
 */
export type Audit = (
  entry:
    | { action: 'call' | 'body' | 'test-removed'; ref: string; sk?: string }
    | { action: 'recording'; ref: string; kind: string }
    | { action: 'export'; export: string; calls: number },
) => void;

/** Thrown if there is no result, and the reason matters. */
export class NotFound extends Error {
  override name = 'NotFound';
}

/** A request, besides its query. */
export type Asking = {
  audit: Audit;
  abortSignal: AbortSignal;
  /** The URL under which the API was reached, like https://calls.example.com. */
  origin: string;
  /** The body as text; empty if there is none. */
  body: string;
};

/** A route of the API. */
export type Route = {
  /** GET by default. */
  method?: 'GET' | 'POST' | 'DELETE';
  path: string;
  operation: string;
  summary: string;
  parameters: v.ObjectEntries;
  /** The JSON of its requests, if they have any. */
  body?: v.GenericSchema;
  /** The status of its answer; 200 by default. */
  status?: number;
  answer: v.GenericSchema;
  /** When there is no result, if that can happen. */
  notFound?: string;
  /** When there is more than an answer can hold, if that can happen. */
  tooMany?: string;
  /** Why there is no result, if the answer says so. */
  reason?: v.GenericSchema;
  /** The answer; undefined if there is none. Throws InvalidQuery, or NotFound with the reason. */
  handle: (query: URLSearchParams, asking: Asking) => Promise<unknown>;
};
