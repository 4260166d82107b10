/** The callbacks of one call. */
export type Story = {
  callback: string;
  /**
   * The bodies, oldest first, and when each was sent, in epoch milliseconds. Those of one call are
   * sent in this order.
   */
  posts: { at: number; body: object | string }[];
  /** The URLs of its recordings. */
  recordings?: string[];
};

/** Whether a call was recorded. Few are, to keep a demo fast. */
export const RECORDED = 0.15;
