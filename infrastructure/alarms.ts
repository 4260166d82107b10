import type { Callback } from '../shared/callbacks/callback.ts';
import { cc } from '../shared/callbacks/cc.ts';
import type { LogCount } from './access-log.ts';
import { counted, countedFromLog, type Metric, ofFunction, ofQueue } from './metrics.ts';
import type { Schedule } from './schedule.ts';
import type { Stack } from './serverless-types.ts';
import type { Watched } from './watched.ts';

/**
 * An alarm. Unless it says otherwise, it goes off if what it watches is above 0 for 300 seconds.
 * AWS bills each metric of an alarm like an alarm.
 */
export type Alarm = {
  /** Its entry in docs/operations.md, and the end of its name. */
  entry: string;
  /** The callback that it is about, if any. */
  callback?: string;
  /** What it means and what to do. */
  description: string;
  /** A metric, the greatest of several, or an expression over those that it names. */
  watches: Metric | Metric[] | { expression: string; metrics: Record<string, Metric> };
  statistic?: 'Sum' | 'Maximum';
  comparison?: 'GreaterThanThreshold' | 'LessThanThreshold';
  threshold?: number;
  periodSeconds?: number;
  periods?: number;
  missing?: 'notBreaching' | 'breaching';
};

/** The settings that alarms depend on. */
type Settings = {
  /** How many hours a callback may be silent; the others have no such alarm. */
  silenceHours: Record<string, number>;
  /** How often calls are compared with the list; there are no alarms about it if they never are. */
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
      description: `Messages failed every attempt and wait in a dead-letter queue, which deletes them after 14 days. The dashboard shows which queue. Find the cause in the log of the function that reads its source queue, then run: npm run redrive -- --stage ${stage}. For projector-failures run: npm run rebuild -- --stage ${stage}.`,
      watches: [...deadLetterQueues, ...failureQueues].map((id) =>
        ofQueue(id, 'ApproximateNumberOfMessagesVisible'),
      ),
      statistic: 'Maximum',
    },
    aged(
      7,
      'Dead letters are a week old and will be deleted in less than a week: nobody has moved them back.',
    ),
    aged(12, 'Dead letters are twelve days old and will be deleted within two days. This is the last alarm.'),
  ];
};

// A worker that keeps crashing sets off one of these, or makes dead letters. One that recovers
// wakes nobody.
const ofWorkers = ({ streamReaders }: Watched): Alarm[] => [
  {
    entry: 'oldest-message',
    description:
      'Accepted callbacks have waited over five minutes to be stored. Nothing is lost for four days. The consumer fails, is throttled or is too slow: on the dashboard, check its errors and throttles, and those of the table.',
    watches: ofQueue('DeliveriesQueue', 'ApproximateAgeOfOldestMessage'),
    statistic: 'Maximum',
    threshold: 300,
    periodSeconds: 60,
  },
  {
    entry: 'iterator-age',
    description:
      'Calls, their events or their recordings are over five minutes behind: a function that reads a stream fails, is throttled or is too slow. Deliveries are safe, and the stream keeps changes for a day. Read the logs of the projector and the relay.',
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
      "A callback was answered with a 5xx: SQS did not confirm, or the function crashed, timed out or had no concurrency left. NXCloud retries a few times, then the call is lost. The API's log names the route, and that function's log the reason.",
      { periodSeconds: 60 },
    ),
    log(
      'throttled',
      "The API answered callbacks with 429: more arrived than THROTTLE_RATE and THROTTLE_BURST allow. NXCloud retries only a few times, then the call is lost. If the requests are NXCloud's, raise both settings and deploy.",
      { periodSeconds: 60 },
    ),
    log(
      'too-large',
      "A body over 128 KiB was refused with 413 and not kept, so a call is lost. Find its route in the API's log and ask NXCloud what it sent. The limit is in shared/receiving/receiver.ts.",
    ),
    log(
      'wrong-path',
      `A request under a callback's name had the wrong path, was answered 404 and is lost: the URL in NXCloud's settings is mistyped, or ends with a slash. Compare it with: npm run urls -- --stage ${stack.stage}.`,
    ),
    log(
      'slow',
      'More than three callbacks within five minutes took 3 s or longer to answer; at 5 s NXCloud hangs up. The cause is cold starts or a slow queue: compare the durations of the functions on the dashboard.',
      { threshold: 3 },
    ),
    log(
      'api-errors',
      'Readers of calls got a 5xx. Callbacks are still received. Read the log of the function api. If the errors began with a deployment, deploy the previous version.',
    ),
  ];
};

const ofCallback = ({ name }: Callback, stack: Stack): Alarm[] => [
  {
    entry: 'refused',
    callback: name,
    description: `Requests to ${name} were refused for an hour: none was accepted beside them, or more than ten were refused. Their token is wrong, they come from outside ALLOWED_NETWORKS, or they are too large. Most likely NXCloud's settings have an old token, or NXCloud sends from new addresses. A refused call is lost after NXCloud's last retry. Requests without any token are not counted.`,
    watches: {
      expression: `IF(refused > ${MANY} || (refused > 0 && accepted < 1), 1, 0)`,
      // A receiver that counts a refusal also counts zero acceptances, so both metrics have a
      // value.
      metrics: { refused: counted(stack, name, 'Refused'), accepted: counted(stack, name, 'Accepted') },
    },
    periodSeconds: HOUR,
  },
  {
    entry: 'rejected',
    callback: name,
    description: `Bodies sent to ${name} could not be read as a call: they are not JSON, or lack an identity. They are kept for 30 days with the reason. Adapt the schema, deploy, then run: npm run replay -- --stage ${stack.stage} --callback ${name}.`,
    watches: counted(stack, name, 'Rejected'),
  },
  {
    entry: 'degraded',
    callback: name,
    description: `Calls of ${name} have a field that could not be read, so the table lacks it: NXCloud changed its format. The body is kept. Adapt the schema, deploy, then run: npm run rebuild -- --stage ${stack.stage}.`,
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

// Above this, the alarm goes off even if others were accepted: one of two senders has the old
// token.
const MANY = 10;

const silence = (callback: string, stack: Stack, hours: number): Alarm => ({
  entry: 'silence',
  callback,
  description: `No callback of ${callback} was accepted for ${hours} h. Check that calls were made, that NXCloud's settings still have the URL (npm run urls -- --stage ${stack.stage}), and whether requests were refused. ${callback.toUpperCase()}_SILENCE_HOURS sets the hours.`,
  watches: counted(stack, callback, 'Accepted'),
  comparison: 'LessThanThreshold',
  threshold: 1,
  periodSeconds: HOUR,
  periods: hours,
  // Without callbacks no metric is published, not even a zero.
  missing: 'breaching',
});
