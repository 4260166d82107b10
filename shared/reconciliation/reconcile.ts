import { fill } from './fill.ts';
import type { ReconcileOptions } from './options.ts';
import { begunRun, type Run, summaryOf } from './run.ts';
import { lastStarted, readRun, saveRun, saveStarted, saveSummary } from './state.ts';
import { compareWindow } from './window.ts';
import { inSeconds, type Period } from './windows.ts';

/**
 * Compares the calls of a period with NXCloud's list: puts those that are missing into the queue `QUEUE_URL`, and reports what differs. A
 * period whose run was not finished goes on where it was. Rejects with Unlisted if NXCloud does not list; what was compared is saved then.
 */
export const reconcile = async ({ from, to }: Period, options: ReconcileOptions): Promise<Run> => {
  const { dryRun = false, signal, mayGoOn = () => true } = options;
  const period = { from: inSeconds(from), to: inSeconds(to) };
  let run = dryRun ? begunRun(period) : await begin(period, options);
  try {
    do run = await nextWindow(run, options);
    while (run.position < run.to && mayGoOn());
    if (run.position < run.to) return run;
    return dryRun ? finished(run) : await finish(run, options);
  } catch (error) {
    if (signal.aborted) return run;
    throw error;
  }
};

const begin = async (period: Period, { source, signal }: ReconcileOptions): Promise<Run> => {
  const [before, last] = await Promise.all([readRun(period, signal), lastStarted(source, signal)]);
  // What ended a run after its last save has ended it before this one.
  const wasEnding = last?.startedAt === before?.startedAt && last?.finishedAt === undefined;
  if (before && (before.finishedAt === undefined || wasEnding)) return before;
  const run = begunRun(period);
  await saveStarted(source, run, signal);
  return run;
};

const nextWindow = async (run: Run, options: ReconcileOptions): Promise<Run> => {
  const { dryRun = false, signal } = options;
  const { open } = run;
  if (open === undefined || run.position >= run.to) return run;
  const { run: next, missing, texts } = await compareWindow(run, open, options);
  if (dryRun) return next;
  // Whoever goes on with this window knows by it what was missing, and not only what still is.
  if (missing.length > 0) await saveRun({ ...run, open: { ...open, filling: missing } }, signal);
  await fill(texts, signal);
  await saveRun(next, signal);
  return next;
};

const finished = ({ open: _, ...run }: Run): Run => ({ ...run, finishedAt: new Date().toISOString() });

const finish = async (run: Run, { source, signal }: ReconcileOptions): Promise<Run> => {
  const done = finished(run);
  await saveSummary(summaryOf(done, source), signal);
  await saveRun(done, signal);
  await saveStarted(source, done, signal);
  return done;
};
