import { Logger } from '@aws-lambda-powertools/logger';

/** Distinguishes stages in logs and metrics. */
export const serviceName = process.env.POWERTOOLS_SERVICE_NAME ?? 'nxcloud-callbacks';

/**
 * JSON lines with callback, outcome, id and issue paths; never a body, a token or a phone number.
 */
export const logger = new Logger({ serviceName });

/** An error without its message: AWS and parsers quote their input. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error;
  const { name, code, $metadata } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const details = [...new Set([name, code, $metadata?.httpStatusCode])];
  return details.filter((detail) => detail !== undefined).join(' ');
};
