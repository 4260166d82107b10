import { setTimeout as sleep } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import { portsFrom } from '../infrastructure/ports.ts';
import { callOfKey } from '../shared/callbacks/list.ts';
import { stageZone } from '../shared/calls/period.ts';
import { readCalls } from '../shared/calls/read-calls.ts';
import { count, type Invocation, type Result, runCommand } from './lib/command.ts';
import { CommandError } from './lib/command-error.ts';
import { BAD_BODIES, fortnight } from './lib/demo/fortnight.ts';
import { type Posted, post, postAll, type Target } from './lib/demo/post.ts';
import { type Recordings, serveRecordings, urlOf } from './lib/demo/recordings.ts';
import type { Story } from './lib/demo/story.ts';
import { startProgress } from './lib/progress.ts';
import { enterStage, openTables } from './lib/stage.ts';

const USAGE = `Usage: npm run demo -- [--until <date>] [--days <number>]

Fills the local stack with calls of an invented contact centre by sending callbacks to its URLs. Nobody
has these numbers and names. A date always has the same calls, so another run adds only new ones.
Stage local only.

  --until <date>     the last day, like 2026-11-26; today by default, with calls in progress
  --days <number>    how many days, 14 by default

DEMO_PORT is the port that serves the recordings, HTTP_PORT + 9 by default.
`;

const OPTIONS = {
  until: { type: 'string' },
  days: { type: 'string', default: '14' },
} as const;

const demo = async (invocation: Invocation<typeof OPTIONS>): Promise<Result> => {
  const { stage, values, signal } = invocation;
  if (stage !== 'local') {
    throw new CommandError(
      `The demo does not run on stage ${stage}: it sends invented calls, which only stage local accepts.`,
    );
  }
  const { days, until, now } = periodOf(values.until, values.days);
  enterStage(invocation, await openTables(invocation));
  const { http } = portsFrom(process.env);
  const port = demoPort(http);
  const target = { origin: `http://127.0.0.1:${http}`, token: 'local', signal };
  const recordings = await serveRecordings(port);
  try {
    const stories = fortnight({
      until,
      days,
      zone: stageZone(),
      now,
      recordingUrl: (name) => urlOf(port, name),
    });
    const posted = await sendAll(target, stories);
    const calls = await untilThere(posted.pks, signal);
    const files = await untilFetched(recordings, stories, signal);
    return summarize(posted, calls, files);
  } catch (error) {
    throw signal.aborted
      ? new CommandError('Interrupted. Run it again to continue; nothing is stored twice.')
      : error;
  } finally {
    recordings.stop();
  }
};

const MAX_DAYS = 60;

const periodOf = (
  until: string | undefined,
  written: string,
): { until: string; days: number; now: number } => {
  const now = Temporal.Now.instant();
  const today = now.toZonedDateTimeISO(stageZone()).toPlainDate();
  const days = Number(written);
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS)
    throw new CommandError(`--days ${written} must be a number from 1 to ${MAX_DAYS}.`);
  const last = dateOf(until ?? today.toString());
  if (Temporal.PlainDate.compare(last, today) > 0) {
    throw new CommandError(`--until ${until} is in the future: give ${today} or an earlier day.`);
  }
  return { until: last.toString(), days, now: now.epochMilliseconds };
};

const dateOf = (written: string): Temporal.PlainDate => {
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(written)) return Temporal.PlainDate.from(written, { overflow: 'reject' });
  } catch {}
  throw new CommandError(`--until ${written} is not a date: write it like 2026-11-26.`);
};

const PORT_ABOVE = 9;

const demoPort = (http: number): number => {
  const port = Number(process.env.DEMO_PORT || http + PORT_ABOVE);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  throw new CommandError(`DEMO_PORT=${process.env.DEMO_PORT} is not a port: give a number from 1 to 65535.`);
};

/** Posts everything, including bodies to be refused and rejected, so that these show up too. */
const sendAll = async (target: Target, stories: Story[]): Promise<Posted> => {
  const bodies = stories.reduce((sum, { posts }) => sum + posts.length, 0);
  const progress = startProgress('Sending   ', bodies);
  try {
    for (const { callback, body } of BAD_BODIES) await post(target, callback, body);
    await post({ ...target, token: 'wrong' }, 'pns', {});
    return await postAll(target, stories, () => progress.add());
  } finally {
    progress.stop();
  }
};

const LOOK_MS = 250;

/** Waits until the calls are in the table; returns how many there are. */
const untilThere = async (pks: ReadonlySet<string>, signal: AbortSignal): Promise<number> => {
  const calls = [...pks].filter((pk) => callOfKey(pk));
  const progress = startProgress('Storing   ', calls.length);
  try {
    for (let missing = calls; missing.length > 0; await sleep(LOOK_MS, undefined, { signal })) {
      const items = await readCalls(missing, signal);
      missing = missing.filter((pk) => items.get(pk) === undefined);
      progress.to(calls.length - missing.length);
    }
    return calls.length;
  } finally {
    progress.stop();
  }
};

type Fetched = { fetched: number; of: number };

// A stack that archives recordings would request the next one sooner.
const PATIENCE_MS = 8_000;

/** Waits until the stack has fetched the recordings, or stops requesting them. */
const untilFetched = async (
  { fetched }: Recordings,
  stories: Story[],
  signal: AbortSignal,
): Promise<Fetched> => {
  const urls = new Set(stories.flatMap(({ recordings = [] }) => recordings));
  const progress = startProgress('Recordings', urls.size);
  const countFetched = () => [...urls].filter((url) => fetched.has(url)).length;
  try {
    for (let last = 0, since = Date.now(); last < urls.size; await sleep(LOOK_MS, undefined, { signal })) {
      const now = countFetched();
      if (now > last) [last, since] = [now, Date.now()];
      else if (Date.now() - since > PATIENCE_MS) break;
      progress.to(now);
    }
    return { fetched: countFetched(), of: urls.size };
  } finally {
    progress.stop();
  }
};

const summarize = ({ accepted, degraded }: Posted, calls: number, { fetched, of }: Fetched): Result => ({
  text: [
    `${count(accepted, 'callback')} accepted, ${degraded} of them with an unreadable field; ${BAD_BODIES.length} rejected, 1 refused.`,
    fetched === 0 && of > 0
      ? `None of ${count(of, 'recording')} fetched: they are archived already, or ARCHIVE_RECORDINGS is off.`
      : `${fetched} of ${count(of, 'recording')} fetched.`,
    `${count(calls, 'call')} stored. See them with: npm run calls, or on the page at ${pageUrl()}.`,
  ].join('\n'),
  data: { accepted, degraded, rejected: BAD_BODIES.length, refused: 1, calls, recordings: { fetched, of } },
});

const pageUrl = (): string => `http://127.0.0.1:${portsFrom(process.env).http}/`;

await runCommand({ usage: USAGE, options: OPTIONS, run: demo });
