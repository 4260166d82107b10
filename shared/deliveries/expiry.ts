/** What readers hide from `expiresAt` on, in epoch seconds, and DynamoDB deletes within days of it. */
export type Expiring = { expiresAt?: number | undefined };

/** Whether it has not expired. */
export const isLive = ({ expiresAt }: Expiring): boolean =>
  expiresAt === undefined || expiresAt > Date.now() / 1000;

const DAY_SECONDS = 86_400;

/** So many days after an ISO 8601 time, in epoch seconds as DynamoDB's time to live wants them. */
export const expiryAfter = (time: string, days: number): number =>
  Math.floor(Date.parse(time) / 1000) + days * DAY_SECONDS;

/** When the last of them expires; undefined if one of them never does. */
export const lastExpiry = (items: readonly Expiring[]): number | undefined =>
  items.reduce<number | undefined>(
    (latest, { expiresAt }) =>
      latest === undefined || expiresAt === undefined ? undefined : Math.max(latest, expiresAt),
    0,
  );
