import { useEffect, useMemo } from 'preact/hooks';
import { api } from '../api/api.ts';
import { serverNow } from '../api/server-time.ts';
import { useStore } from '../state/store.ts';
import { type CallList, callList } from './call-list.ts';
import { GOING_ON_MS } from './row.ts';
import type { CallPage } from './row-set.ts';

const TICK_MS = 5_000;
const SLOWEST_TICK_MS = 30_000;

/**
 * The calls of a request, kept current while the page is visible. `questionNow` is called each
 * time, because "today" moves on. Waits while `question` is undefined.
 */
export const useCalls = (
  question: string | undefined,
  questionNow: () => URLSearchParams,
  isLive: boolean,
  readingAt: () => string | undefined,
) => {
  const list = useMemo(() => callList(askWith(questionNow)), [question]);
  useEffect(() => {
    if (question === undefined) return;
    const stop = keepCurrent(list, isLive, readingAt);
    return () => {
      stop();
      list.close();
    };
  }, [list, isLive]);
  return { list, ...useStore(list.state) };
};

const askWith =
  (questionNow: () => URLSearchParams) =>
  ({ limit, cursor, ongoing }: { limit: number; cursor?: string | undefined; ongoing?: boolean }) => {
    const query = questionNow();
    query.set('limit', String(limit));
    if (cursor) query.set('cursor', cursor);
    if (ongoing) {
      query.set('ongoing', 'true');
      query.set('from', new Date(serverNow() - GOING_ON_MS).toISOString());
      query.delete('to');
    }
    return api<CallPage>('/api/calls', { query });
  };

/** Requests every few seconds; less often after a failure, and not while the page is hidden. */
const keepCurrent = (list: CallList, isLive: boolean, readingAt: () => string | undefined) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  let isAsking = false;
  let ticks = 0;
  let failures = 0;

  const tick = async (): Promise<void> => {
    clearTimeout(timer);
    if (isStopped || isAsking || document.hidden) return;
    isAsking = true;
    await list.refresh(readingAt());
    if (isLive && ticks % 2 === 0 && !isStopped) await list.refreshGoingOn();
    isAsking = false;
    ticks += 1;
    failures = list.state.get().error ? failures + 1 : 0;
    if (isStopped) return;
    timer = setTimeout(tick, isLive ? Math.min(TICK_MS * 2 ** failures, SLOWEST_TICK_MS) : SLOWEST_TICK_MS);
  };

  document.addEventListener('visibilitychange', tick);
  tick();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', tick);
  };
};
