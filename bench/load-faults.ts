import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../test/faults/world.ts';
import type { FaultProxy } from '../test/support/fault-proxy.ts';

/**
 * What goes wrong, and for how many seconds of each cycle; in between and at its end nothing does.
 */
const CYCLE: [name: string, seconds: number][] = [
  ['nothing', 6],
  ['SQS answers 500', 5],
  ['nothing', 3],
  ['DynamoDB throttles', 5],
  ['nothing', 3],
  ['projector killed', 5],
  ['nothing', 3],
];
const KILL_EVERY_MS = 1_500;

/** How often each fault struck. */
export type Struck = { 'SQS answers 500': number; 'DynamoDB throttles': number; 'projector killed': number };

/** Switches faults on and off until the signal aborts. */
export const runFaults = async (world: World, signal: AbortSignal): Promise<Struck> => {
  const struck: Struck = { 'SQS answers 500': 0, 'DynamoDB throttles': 0, 'projector killed': 0 };
  let now = 'nothing';
  // Every second call, so that some get through meanwhile.
  const strikes = (proxy: FaultProxy, action: string, name: keyof Struck, fault: 'error' | 'throttle') => {
    let calls = 0;
    proxy.faultOf = (call) => {
      if (now !== name || call.action !== action || ++calls % 2 === 0) return undefined;
      struck[name]++;
      return fault;
    };
  };
  strikes(world.sqs, 'SendMessage', 'SQS answers 500', 'error');
  strikes(world.dynamodb, 'PutItem', 'DynamoDB throttles', 'throttle');
  strikes(world.projectorsDynamodb, 'PutItem', 'DynamoDB throttles', 'throttle');
  const kill = async (end: number) => {
    while (Date.now() < end && !signal.aborted) {
      await world.projectors[0]?.replace();
      struck['projector killed']++;
      await pause(KILL_EVERY_MS, signal);
    }
  };
  while (!signal.aborted) {
    for (const [name, seconds] of CYCLE) {
      if (signal.aborted) break;
      now = name;
      const end = Date.now() + seconds * 1_000;
      if (name === 'projector killed') await kill(end);
      await pause(end - Date.now(), signal);
    }
  }
  now = 'nothing';
  return struck;
};

const pause = (ms: number, signal: AbortSignal) =>
  sleep(Math.max(0, ms), undefined, { signal }).catch(() => {});
