/** Why the API gave no answer. `kind` says what to tell a person; `detail` is for those who look into it. */
export type ApiErrorKind =
  | 'offline'
  | 'unavailable'
  | 'invalid'
  | 'forbidden'
  | 'notFound'
  | 'tooMany'
  | 'ended';

/** What is wrong with a parameter. */
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

/** Whatever went wrong, as something that can be told. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError('unavailable', String(error));
