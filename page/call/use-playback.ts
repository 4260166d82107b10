import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/api.ts';
import type { ApiError } from '../api/api-error.ts';
import { asApiError } from '../api/api-error.ts';

/** The state of a playable recording. `broken`: the browser cannot play the file. */
export type Playback = {
  state: 'idle' | 'loading' | 'playing' | 'paused';
  failure?: ApiError | 'broken';
  position: number;
  /** Seconds, once the browser knows them. */
  length?: number;
};

// A link works for five minutes. It is requested when play is pressed, and again once it has
// expired.
const LINK_MS = 4.5 * 60_000;

/** The link to a recording of a call; `download` for one that a browser saves. */
export const linkTo = async (pk: string, kind: string, download?: 'true'): Promise<string> =>
  (await api<{ url: string }>('/api/recording', { query: { pk, kind, download } })).url;

/** Plays a recording of a call; the caller renders `<audio {...audio} />`. */
export const usePlayback = (pk: string, kind: string) => {
  const element = useRef<HTMLAudioElement>(null);
  const link = useRef<{ askedAt: number; isSecond: boolean }>(undefined);
  const [playback, setPlayback] = useState<Playback>({ state: 'idle', position: 0 });
  const change = (changes: Partial<Playback>) => setPlayback((before) => ({ ...before, ...changes }));
  useEffect(() => () => element.current?.pause(), []);

  const load = async (isSecond: boolean, position: number): Promise<void> => {
    change({ state: 'loading' });
    const url = await linkTo(pk, kind);
    const audio = element.current;
    if (audio === null) return;
    link.current = { askedAt: Date.now(), isSecond };
    audio.src = url;
    audio.currentTime = position;
  };

  const start = async (isSecond: boolean): Promise<void> => {
    setPlayback(({ failure: _, ...before }) => before);
    try {
      const age = Date.now() - (link.current?.askedAt ?? 0);
      if (isSecond || age > LINK_MS) await load(isSecond, element.current?.currentTime || playback.position);
      for (const other of document.querySelectorAll('audio')) if (other !== element.current) other.pause();
      await element.current?.play();
    } catch (error) {
      // The browser reports problems of a file by an event too; a pause before the start is no
      // failure.
      if (!(error instanceof DOMException)) change({ state: 'paused', failure: asApiError(error) });
    }
  };

  const onError = (): void => {
    if (link.current === undefined) return;
    const { isSecond } = link.current;
    link.current = undefined;
    if (isSecond) change({ state: 'paused', failure: 'broken' });
    else void start(true);
  };

  const seek = (position: number): void => {
    change({ position });
    if (element.current && link.current) element.current.currentTime = position;
  };

  const audio = {
    ref: element,
    preload: 'none' as const,
    onPlaying: () => change({ state: 'playing' }),
    onPause: () => change({ state: 'paused' }),
    onEnded: () => change({ state: 'paused', position: 0 }),
    onWaiting: () => change({ state: 'loading' }),
    onError,
    onTimeUpdate: ({ currentTarget }: { currentTarget: HTMLAudioElement }) => {
      if (link.current && currentTarget.currentTime > 0) change({ position: currentTarget.currentTime });
    },
    onDurationChange: ({ currentTarget }: { currentTarget: HTMLAudioElement }) => {
      if (Number.isFinite(currentTarget.duration)) change({ length: currentTarget.duration });
    },
  };
  return {
    playback,
    audio,
    play: () => start(false),
    pause: () => element.current?.pause(),
    seek,
    setSpeed: (speed: number) => {
      if (element.current) element.current.playbackRate = speed;
    },
  };
};
