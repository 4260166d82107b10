/** The CloudWatch namespace of every metric that the functions count. */
export const METRICS_NAMESPACE = 'NxcloudCallbacks';

/**
 * What can become of a request, a delivery or a call. Each is a metric of that name with the dimensions `service` and `callback`,
 * and the message of a log line, in lower case. Degraded is an accepted body with a field that could not be read; Refused what had a token
 * and was Unauthorized, Forbidden or TooLarge; Anonymous a request without any token; Misdirected one to no path of the callback; Changed a
 * call of which a newer version has another value; Unprojected a call that could not be folded, and is tried again; Unarchived a
 * recording that could not be fetched, and is given up; Erased a delivery of a call that was erased, which is not stored. A comparison with
 * the provider's list finds Missing calls, which are stored then; Different ones, of which it says something else; and Unexpected ones,
 * which it does not have.
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
