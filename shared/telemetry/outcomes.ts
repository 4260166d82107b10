/** The CloudWatch namespace of every metric that the functions count. */
export const METRICS_NAMESPACE = 'NxcloudCallbacks';

/**
 * What can become of a request or a delivery. Each is a metric of that name with the dimensions `service` and `callback`, and the
 * message of a log line, in lower case.
 */
export const OUTCOMES = [
  'Accepted',
  'Rejected',
  'Unauthorized',
  'Forbidden',
  'TooLarge',
  'Unavailable',
  'Stored',
  'Duplicate',
  'Changed',
  'Failed',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** The message of an outcome's log line. */
export const logMessage = (outcome: Outcome): string => outcome.toLowerCase();
