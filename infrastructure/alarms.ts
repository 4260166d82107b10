import type { Callback } from '../shared/callbacks/callback.ts';
import { cc } from '../shared/callbacks/cc.ts';
import type { LogCount } from './access-log.ts';
import { counted, countedFromLog, type Metric, ofFunction, ofQueue } from './metrics.ts';
import type { Schedule } from './schedule.ts';
import type { Stack } from './serverless-types.ts';
import type { Watched } from './watched.ts';

/**
 * An alarm: it goes off when what it watches is above `threshold` (0) for a period of `periodSeconds` (300), if nothing else is said. AWS
 * bills each metric of it like an alarm.
 */
export type Alarm = {
  /** Its entry in docs/operations.md, and the last part of its name. */
  entry: string;
  /** The callback that it is about, if it is about one. */
  callback?: string;
  /** What it means and what to do. */
  description: string;
  /** What it watches: a metric, the greatest of several, or what an expression makes of those that it names. */
  watches: Metric | Metric[] | { expression: string; metrics: Record<string, Metric> };
  statistic?: 'Sum' | 'Maximum';
  comparison?: 'GreaterThanThreshold' | 'LessThanThreshold';
  threshold?: number;
  periodSeconds?: number;
  periods?: number;
  missing?: 'notBreaching' | 'breaching';
};

/** What the settings say that is watched. */
type Settings = {
  /** How long a callback may be silent; one without hours has no such alarm. */
  silenceHours: Record<string, number>;
  /** How often the calls are compared; if never, there are no alarms about it. */
  schedule: Schedule;
};

/** Every alarm of the stack. */
export const alarms = (
  stack: Stack,
  callbacks: readonly Callback[],
  { silenceHours, schedule }: Settings,
  watched: Watched,
): Alarm[] => [
  ...ofDeadLetters(stack, watched),
  ...ofWorkers(watched),
  ...ofTheApi(stack),
  ...callbacks.flatMap((callback) => ofCallback(callback, stack)),
  ...(schedule === 'off' ? [] : ofTheList(stack)),
  ...Object.entries(silenceHours).map(([callback, hours]) => silence(callback, stack, hours)),
];

const HOUR = 3_600;
const DAY = 24 * HOUR;

const ofDeadLetters = ({ stage }: Stack, { deadLetterQueues, failureQueues }: Watched): Alarm[] => {
  const aged = (days: number, description: string): Alarm => ({
    entry: `dead-letters-${days}-days`,
    description: `${description} Find the cause, then run: npm run redrive -- --stage ${stage}.`,
    watches: deadLetterQueues.map((id) => ofQueue(id, 'ApproximateAgeOfOldestMessage')),
    statistic: 'Maximum',
    threshold: days * DAY,
  });
  return [
    {
      entry: 'dead-letters',
      description: `Something was given up and waits in a dead-letter queue; after 14 days it is gone. The dashboard shows in which. Find the cause in the log of the function that reads the queue before it, then run: npm run redrive -- --stage ${stage}. In projector-failures: npm run rebuild -- --stage ${stage}.`,
      watches: [...deadLetterQueues, ...failureQueues].map((id) =>
        ofQueue(id, 'ApproximateNumberOfMessagesVisible'),
      ),
      statistic: 'Maximum',
    },
    aged(
      7,
      'Dead letters are a week old: nobody has moved them back, and in less than a week they are gone.',
    ),
    aged(12, 'Dead letters are twelve days old and will be gone within two days. This is the last alarm.'),
  ];
};

// A worker that crashes again and again rings one of these, or makes dead letters; one that recovers wakes nobody.
const ofWorkers = ({ streamReaders }: Watched): Alarm[] => [
  {
    entry: 'oldest-message',
    description:
      "Accepted callbacks have waited over five minutes to be stored; nothing is lost for four days. The consumer fails, is throttled or is too slow: look at its errors, throttles and the table's on the dashboard.",
    watches: ofQueue('DeliveriesQueue', 'ApproximateAgeOfOldestMessage'),
    statistic: 'Maximum',
    threshold: 300,
    periodSeconds: 60,
  },
  {
    entry: 'iterator-age',
    description:
      'The calls, or what follows from them, are over five minutes behind: the function that reads the stream fails, is throttled or is too slow. Deliveries are safe, and a stream waits for a day. Look at the log of the projector.',
    watches: streamReaders.map((id) => ofFunction(id, 'IteratorAge')),
    statistic: 'Maximum',
    threshold: 300_000,
  },
];

const ofTheApi = (stack: Stack): Alarm[] => {
  const log = (entry: LogCount, description: string, more: Partial<Alarm> = {}): Alarm => ({
    entry,
    description,
    watches: countedFromLog(stack, entry),
    ...more,
  });
  return [
    log(
      'unanswered',
      "A callback was answered with a 5xx: SQS did not confirm, or the function crashed, ran out of time or found no concurrency. The provider retries a few times, then the call is lost. Look in the API's log for the route and in that function's for the reason.",
      { periodSeconds: 60 },
    ),
    log(
      'throttled',
      "The API answered callbacks with 429 because more came than THROTTLE_RATE and THROTTLE_BURST allow. Providers retry a few times only: if the callers are NXCloud's, raise both and deploy.",
      { periodSeconds: 60 },
    ),
    log(
      'too-large',
      "A body over 128 KiB was refused with 413 and is not kept, so a call is lost. Find its route in the API's log and ask the provider what it sent; the limit is in shared/receiving/receiver.ts.",
    ),
    log(
      'wrong-path',
      `Something was posted under a callback's name, but not to its path: a mistyped URL in NXCloud's settings, or a slash at its end. It was answered 404 and is lost. Compare the settings with: npm run urls -- --stage ${stack.stage}.`,
    ),
    log(
      'slow',
      'More than three callbacks within five minutes were answered after 3 s or later; at 5 s the provider hangs up. Cold starts, or a slow queue: compare the durations of the functions on the dashboard.',
      { threshold: 3 },
    ),
    log(
      'api-errors',
      'Readers of calls were answered with a 5xx; callbacks are received all the same. Read the log of the api; if it began with a deploy, deploy the version before.',
    ),
  ];
};

const ofCallback = ({ name }: Callback, stack: Stack): Alarm[] => [
  {
    entry: 'refused',
    callback: name,
    description: `Requests to ${name} had a wrong token, came from outside ALLOWED_NETWORKS or were too large, and within that hour none was accepted, or more than ten were refused: NXCloud's settings have a stale token, or it sends from new addresses. What is refused is lost when its retries are over. Those without any token are not among them.`,
    watches: {
      expression: `IF(refused > ${MANY} || (refused > 0 && accepted < 1), 1, 0)`,
      // Who refuses counts no acceptance as well, so that both have a value whenever one has.
      metrics: { refused: counted(stack, name, 'Refused'), accepted: counted(stack, name, 'Accepted') },
    },
    periodSeconds: HOUR,
  },
  {
    entry: 'rejected',
    callback: name,
    description: `Bodies of ${name} were no call of it at all: not JSON, or without an identity. They are kept for 30 days with what is wrong. Adapt the schema, deploy, then run: npm run replay -- --stage ${stack.stage} --callback ${name}.`,
    watches: counted(stack, name, 'Rejected'),
  },
  {
    entry: 'degraded',
    callback: name,
    description: `Calls of ${name} have a field that could not be read, so it is missing in the table: the provider changed its format. The body is kept. Adapt the schema, deploy, then run: npm run rebuild -- --stage ${stack.stage}.`,
    watches: counted(stack, name, 'Degraded'),
  },
];

const ofTheList = (stack: Stack): Alarm[] => [
  {
    entry: 'missing',
    callback: cc.name,
    description: `NXCloud lists Call Center calls whose callbacks did not arrive: the URL, its token or the network failed then, or callbacks were not sent. The value of the alarm is how many. The calls are in the table now. How many and when: npm run reconcile -- --stage ${stack.stage} --report.`,
    watches: counted(stack, cc.name, 'Missing'),
  },
  {
    entry: 'unreconciled',
    description:
      'For three hours the calls could not be compared with the list of NXCloud, so nobody would notice a missing callback. Calls are received and read all the same. Read the log of the reconciler: it says why, and what to do.',
    watches: ofFunction(stack.lambdaId('reconciler'), 'Errors'),
    periodSeconds: HOUR,
    periods: 3,
  },
];

// An hour with so many refusals rings even if others were accepted: one of two senders has the old token.
const MANY = 10;

const silence = (callback: string, stack: Stack, hours: number): Alarm => ({
  entry: 'silence',
  callback,
  description: `No callback of ${callback} was accepted for ${hours} h. Check that calls were made, that NXCloud's settings still hold the URL (npm run urls -- --stage ${stack.stage}), and what was refused. ${callback.toUpperCase()}_SILENCE_HOURS sets the hours.`,
  watches: counted(stack, callback, 'Accepted'),
  comparison: 'LessThanThreshold',
  threshold: 1,
  periodSeconds: HOUR,
  periods: hours,
  // Without callbacks nothing is counted, not even a zero.
  missing: 'breaching',
});
