/** The CloudWatch namespace of every metric that the functions count. */
export const METRICS_NAMESPACE = 'NxcloudCallbacks';

/**
 * The outcomes of a request, a delivery or a call. Each is a metric of that name with the
 * dimensions `service` and `callback`, and, in lower case, the message of a log line. Degraded: an
 * accepted body with an unreadable field. Refused: a request with a token that was Unauthorized,
 * Forbidden or TooLarge. Anonymous: a request without any token. Misdirected: a request to no path
 * of the callback. Changed: a call in which a newer version has another value. Unprojected: a call
 * that could not be folded, and is retried. Unarchived: a recording that could not be fetched, and
 * is given up. Erased: a delivery of an erased call, which is not stored. A comparison with the
 * provider's list finds Missing calls, which it stores, Different ones, of which the list says
 * something else, and Unexpected ones, which the list lacks.
 */
export const OUTCOMES = [
  'Accepted',
  'Degraded',
  'Rejected',
  'Refused',
  'Unauthorized',
  'Forbidden',
  'TooLarge',
  'Anonymous',
  'Misdirected',
  'Unavailable',
  'Duplicate',
  'Failed',
  'Changed',
  'Unprojected',
  'Archived',
  'Unarchived',
  'Missing',
  'Different',
  'Unexpected',
  'Erased',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** The message of an outcome's log line. */
export const logMessage = (outcome: Outcome): string => outcome.toLowerCase();
