import type { Context } from 'aws-lambda';
import { cc } from '../shared/callbacks/cc.ts';
import { Unlisted } from '../shared/nxcloud/unlisted.ts';
import { providerOf } from '../shared/reconciliation/provider.ts';
import { reconcile } from '../shared/reconciliation/reconcile.ts';
import type { Run } from '../shared/reconciliation/run.ts';
import { lastStarted } from '../shared/reconciliation/state.ts';
import { duePeriod, type Schedule } from '../shared/reconciliation/windows.ts';
import { logger, reasonOf } from '../shared/telemetry/logger.ts';
import { countAll } from '../shared/telemetry/metrics.ts';

// What a window may take.
const WINDOW_MS = 60_000;
// What is left for the state once a request has been given up.
const STATE_MS = 10_000;

/** Compares with NXCloud's list what is due by `RECONCILE`. What there is no time for is left to the next invocation. */
export const handler = async (_event: unknown, context: Context): Promise<void> => {
  const { RECONCILE: schedule = 'off', STAGE = '' } = process.env;
  if (schedule === 'off') return;
  const startedAt = Date.now();
  const took = () => ({ requestId: context.awsRequestId, durationMs: Date.now() - startedAt });
  const left = () => context.getRemainingTimeInMillis();
  const signal = AbortSignal.timeout(Math.max(0, left() - STATE_MS));
  try {
    const last = await lastStarted('schedule', signal);
    const period = duePeriod(last, schedule as Schedule, new Date());
    if (period === undefined) return;
    let windows = 0;
    const mayGoOn = () => {
      windows++;
      return left() > WINDOW_MS;
    };
    const provider = await providerOf(STAGE);
    const run = await reconcile(period, { provider, source: 'schedule', signal, mayGoOn });
    // The next invocation would get no further.
    if (signal.aborted && windows === 0) throw new Unlisted(tooLong(STAGE, run));
    tell(run, took());
  } catch (error) {
    const reason = error instanceof Unlisted ? error.message : reasonOf(error);
    logger.error('unreconciled', { ...took(), reason });
    throw error;
  }
};

const tooLong = (stage: string, { from, to, position }: Run): string =>
  `the hour from ${position} takes longer than this function may. Compare it from a terminal: npm run reconcile -- --stage ${stage} --from ${from} --to ${to}`;

const tell = (run: Run, took: object): void => {
  const { from, to, position, finishedAt, compared, filled, erased, additional } = run;
  const { enriched, expired, unreadable } = run;
  const found = { missing: run.missingCount, different: run.differentCount, unexpected: run.unexpectedCount };
  const counts = { compared, ...found, filled, erased, additional, enriched, expired, unreadable };
  const logged = { ...took, from, to, ...counts };
  if (finishedAt === undefined) {
    logger.info('reconciling', { ...logged, position });
    return;
  }
  logger[found.missing > 0 ? 'warn' : 'info']('reconciled', { ...logged, ...whenMissing(run) });
  // Once a run, which can take several invocations. A metric is billed by the hour in which it has a value, be it zero.
  const counted = [
    { outcome: 'Missing', callback: cc.name, times: found.missing },
    { outcome: 'Different', callback: cc.name, times: found.different },
    { outcome: 'Unexpected', callback: cc.name, times: found.unexpected },
  ] as const;
  countAll(counted.filter(({ times }) => times > 0));
};

/** When the first and the last missing call began: the last one's hour, if there are more than the report names. */
const whenMissing = ({ missing, missingByHour }: Run): object => {
  const hours = Object.keys(missingByHour).map((hour) => `${hour}:00:00.000Z`);
  const times = missing.map(({ at }) => at).sort();
  return { firstMissingAt: times[0], lastMissingAt: [...times, ...hours].sort().at(-1) };
};
