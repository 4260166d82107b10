import { isRejected, REJECTED_DAYS } from './delivery.ts';
import { expiryAfter } from './expiry.ts';

/** The setting for every callback that has none itself. */
export const RETENTION = 'RETENTION_DAYS';

/** The setting for a callback, like `CC_RETENTION_DAYS`. */
export const retentionVariable = (callback: string): string => `${callback.toUpperCase()}_${RETENTION}`;

/** How many days the environment has what a callback received kept; undefined: as long as nobody deletes it. */
export const retentionDays = (callback: string, env = process.env): number | undefined =>
  daysIn(env[retentionVariable(callback)]) ?? daysIn(env[RETENTION]);

const daysIn = (written = ''): number | undefined =>
  /^[1-9]\d*$/.test(written) ? Number(written) : undefined;

/** Whether what a callback received at an ISO 8601 time has expired. */
export const hasExpired = (callback: string, receivedAt: string, now: Date): boolean => {
  const days = retentionDays(callback);
  return days !== undefined && expiryAfter(receivedAt, days) <= now.getTime() / 1000;
};

type Kept = { pk: string; callback: string; receivedAt?: unknown };

/** When a body of the table of deliveries expires, by the retention of its callback; a rejected one after 30 days at the latest. */
export const expiryOf = ({ pk, callback, receivedAt }: Kept, env = process.env): number | undefined => {
  const kept = retentionDays(callback, env);
  const days = isRejected({ pk }) ? Math.min(REJECTED_DAYS, kept ?? REJECTED_DAYS) : kept;
  return days === undefined ? undefined : expiryAfter(timeOf(receivedAt), days);
};

// A message of another version of this code may say it in another way.
const timeOf = (receivedAt: unknown): string =>
  typeof receivedAt === 'string' && !Number.isNaN(Date.parse(receivedAt))
    ? receivedAt
    : new Date().toISOString();

/** The body as it is stored: until it expires. */
export const expiring = <Body extends Kept>(body: Body): Body & { expiresAt: number | undefined } => ({
  ...body,
  expiresAt: expiryOf(body),
});
