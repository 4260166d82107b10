/**
 * What is known about a call in progress. Only the predictive dialer reports a call before it has
 * ended.
 */
type Progress = { callback: string; status?: string | undefined; endedAt?: string | undefined };

const GOING_ON = ['calling', 'answered', 'connected'];

/** Whether a call has begun and, as far as reported, not ended. */
export const isGoingOn = ({ callback, status, endedAt }: Progress): boolean =>
  callback === 'predictive' && endedAt === undefined && status !== undefined && GOING_ON.includes(status);
