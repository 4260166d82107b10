import { setTimeout as sleep } from 'node:timers/promises';
import { sendAll } from '../queues/sqs.ts';

const ATTEMPTS = 4;
const PAUSE_MS = 1_000;

/** Puts texts into the queue of deliveries, `QUEUE_URL`; rejects if it does not take one of them. Some are in the queue then. */
export const fill = async (texts: readonly { text: string }[], abortSignal: AbortSignal): Promise<void> => {
  let left = await sendAll(process.env.QUEUE_URL, texts, abortSignal);
  for (let attempt = 1; left.length > 0; attempt++) {
    if (attempt === ATTEMPTS) throw new Error('the queue of deliveries does not take what is missing');
    await sleep(attempt * PAUSE_MS, undefined, { signal: abortSignal });
    left = await sendAll(process.env.QUEUE_URL, left, abortSignal);
  }
};
