/** What a callback is sent of one call. */
export type Story = {
  callback: string;
  /** The bodies, oldest first, and when each was sent, in epoch milliseconds. Those of one call are sent in this order. */
  posts: { at: number; body: object | string }[];
  /** Where its recordings are fetched from. */
  recordings?: string[];
};

/** Whether a call was recorded: few of them are, so that a demo is soon there. */
export const RECORDED = 0.15;
