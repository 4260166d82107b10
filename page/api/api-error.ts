/**
 * Why a request to the API failed. `kind` selects what a person reads; `detail` is for whoever
 * investigates.
 */
export type ApiErrorKind =
  | 'offline'
  | 'unavailable'
  | 'invalid'
  | 'forbidden'
  | 'notFound'
  | 'tooMany'
  | 'ended';

/** An issue of a parameter. */
export type ApiIssue = { path: string; message: string };

export class ApiError extends Error {
  override name = 'ApiError';
  readonly kind: ApiErrorKind;
  readonly issues: ApiIssue[];
  /** The body of the answer, if it was JSON. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(kind: ApiErrorKind, detail: string, body: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.kind = kind;
    this.body = body;
    this.issues = Array.isArray(body.issues) ? body.issues : [];
  }
}

/** Any error as an ApiError. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError('unavailable', String(error));
