import { stageZone } from '../shared/calls/period.ts';
import { isLoopback } from '../shared/network/addresses.ts';
import { Unlisted } from '../shared/nxcloud/unlisted.ts';
import { type Provider, providerOf } from '../shared/reconciliation/provider.ts';
import { reconcile } from '../shared/reconciliation/reconcile.ts';
import type { Run } from '../shared/reconciliation/run.ts';
import { lastStarted } from '../shared/reconciliation/state.ts';
import type { Period } from '../shared/reconciliation/windows.ts';
import { enterBucket } from './lib/bucket.ts';
import { startStatus, terminalWidth } from './lib/calls/output.ts';
import { type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { type Asked, askedPeriod, reportedPeriod } from './lib/reconciliation/period.ts';
import { reportOf } from './lib/reconciliation/report.ts';
import { goOn, progressText, runText } from './lib/reconciliation/run-text.ts';
import { enterStage, openStage } from './lib/stage.ts';

const USAGE = `Usage: npm run reconcile -- --from <time> [--to <time>] [--stage <stage>] [--dry-run] [--enrich]
       npm run reconcile -- --report [--from <time>] [--to <time>] [--stage <stage>]

Compares the calls of Call Center with NXCloud's own list, by NXCLOUD_ACCESS_KEY and its secret. Calls
that are missing here are filled in; calls that differ, and calls that NXCloud does not list, are reported.
NXCloud lists no calls of predictive, icc and pns. You can interrupt it; run it again to continue.

  --from <time>      calls from then on, like 2026-11-26 or 2026-11-26T08:00, in the stage's zone
  --to <time>        only calls before that time; by default all that NXCloud should list by now
  --dry-run          only compare: neither fill in nor save anything
  --enrich           also add fields that only NXCloud's list has, like the line and its quality
  --report           only print what runs found, the schedule's too; by default in the last 7 days`;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  enrich: { type: 'boolean', default: false },
  report: { type: 'boolean', default: false },
} as const;

const run = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { values, stage, signal } = invocation;
  const zone = stageZone();
  if (values.report) return report(invocation, zone);
  if (values.from === undefined) throw new CommandError(USAGE);
  const asked = askedPeriod(values, zone);
  await enter(invocation);
  try {
    const provider = await providerOf(stage);
    const period = values['dry-run'] ? asked : await unfinishedOr(asked, signal);
    return await compare(invocation, period, provider);
  } catch (error) {
    const reason = signal.aborted ? 'Interrupted' : reasonOf(error as Error);
    throw new CommandError(`${reason}. ${goOn(invocation, error instanceof Unlisted ? error : {})}`);
  }
};

const report = async (invocation: Invocation<typeof OPTIONS>, zone: string): Promise<Result> => {
  const { values, signal } = invocation;
  if (values['dry-run'] || values.enrich)
    throw new CommandError('--report only tells what was found: leave out --dry-run and --enrich.');
  const period = reportedPeriod(values, zone);
  await enter(invocation);
  try {
    return await reportOf(period, signal);
  } catch (error) {
    throw signal.aborted ? new CommandError('Interrupted.') : error;
  }
};

const reasonOf = (error: Error): string => {
  const reason = error.message.replace(/\.$/, '');
  return error instanceof Unlisted ? reason : `Stopped by ${error.name}: ${reason}`;
};

const enter = async (invocation: Invocation<typeof OPTIONS>): Promise<void> => {
  const stage = await openStage(invocation);
  enterStage(invocation, stage);
  await enterBucket(invocation);
  process.env.QUEUE_URL = stage.queueUrl;
};

/** What was asked for before and not finished, if that was the same: what is listed by now ends later each time. */
const unfinishedOr = async ({ from, to, isOpen }: Asked, signal: AbortSignal): Promise<Period> => {
  const last = await lastStarted('command', signal);
  const isSame = last?.from === from && (last.to === to || (isOpen && last.to < to));
  return last && last.finishedAt === undefined && isSame ? { from, to: last.to } : { from, to };
};

const compare = async (
  { values, stage, signal }: Invocation<typeof OPTIONS>,
  period: Period,
  provider: Provider,
): Promise<Result> => {
  const { 'dry-run': dryRun, enrich } = values;
  const [zone, width] = [stageZone(), terminalWidth()];
  const status = startStatus();
  try {
    const options = { source: 'command', dryRun, enrich, signal } as const;
    const onProgress = (now: Run) => status.show(progressText(now, zone));
    const onRetry = ({ message }: Unlisted) => status.show(`Asking again: ${message}`);
    const done = await reconcile(period, {
      ...options,
      provider: { ...paced(provider), onRetry },
      onProgress,
    });
    const { open: _, ...data } = done;
    const problem =
      done.finishedAt === undefined ? `Interrupted. ${goOn({ stage, values }, done)}` : undefined;
    status.clear();
    return { text: runText(done, { zone, width, dryRun }), data: { ...data, dryRun }, problem };
  } finally {
    status.clear();
  }
};

/** NXCloud is asked slowly, and what runs on this machine in its place is not. */
const paced = (provider: Provider) => {
  const host = URL.parse(provider.gateway)?.hostname ?? '';
  return isLoopback(host) ? { ...provider, paceMs: 0 } : provider;
};

await runCommand({ usage: USAGE, options: OPTIONS, run });
