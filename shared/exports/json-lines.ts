import type { CallView } from '../calls/view.ts';
import { liveDeliveriesOf } from '../deliveries/read-deliveries.ts';

const AT_ONCE = 25;

/** Every body of the calls as a line of JSON, exactly as received; those of a call oldest first. */
export async function* jsonLines(
  batches: AsyncIterable<readonly CallView[]>,
  abortSignal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  for await (const calls of batches) {
    for (let n = 0; n < calls.length; n += AT_ONCE) {
      const some = calls.slice(n, n + AT_ONCE);
      const deliveries = await Promise.all(some.map(({ pk }) => liveDeliveriesOf(pk, abortSignal)));
      const lines = deliveries
        .flatMap(({ bodies }) => bodies.toSorted(byArrival))
        .map((body) => `${JSON.stringify(body)}\n`);
      yield Buffer.from(lines.join(''));
    }
  }
}

type Arrived = { receivedAt: string; sk: string };

const byArrival = (a: Arrived, b: Arrived): number => (a.receivedAt + a.sk < b.receivedAt + b.sk ? -1 : 1);
