/** What is known of a call while it goes on. Only the predictive dialer tells of a call before it has ended. */
type Progress = { callback: string; status?: string | undefined; endedAt?: string | undefined };

const GOING_ON = ['calling', 'answered', 'connected'];

/** Whether a call has begun and has not ended, as far as was told. */
export const isGoingOn = ({ callback, status, endedAt }: Progress): boolean =>
  callback === 'predictive' && endedAt === undefined && status !== undefined && GOING_ON.includes(status);
