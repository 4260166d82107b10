import { useState } from 'preact/hooks';
import { notify } from '../app/notices.tsx';
import { clockOf, numberOf } from '../format/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Button, Failed, IconButton } from '../parts/parts.tsx';
import { t } from '../words/t.ts';
import { say } from './say.ts';
import type { Track } from './tracks.ts';
import { linkTo, type Playback, usePlayback } from './use-playback.ts';

const SPEEDS = [1, 1.25, 1.5, 2];

/** Plays an archived recording. */
export const Player = ({ pk, track, name }: { pk: string; track: Track; name: string }) => {
  const { playback, audio, play, pause, seek, setSpeed } = usePlayback(pk, track.kind);
  const [speed, chooseSpeed] = useState(1);
  const isPlaying = playback.state === 'playing';
  const nextSpeed = () => {
    const next = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1;
    chooseSpeed(next);
    setSpeed(next);
  };
  return (
    <div class="player">
      <audio {...audio} />
      <button
        type="button"
        class={`play ${playback.state}`}
        aria-label={say(isPlaying ? 'pause' : 'play', { track: name })}
        onClick={isPlaying ? pause : play}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} />
      </button>
      <Position playback={playback} track={track} name={name} onSeek={seek} />
      <button type="button" class="speed" aria-label={`${say('speed')} ${speed}×`} onClick={nextSpeed}>
        {numberOf(speed)}×
      </button>
      <IconButton
        icon="download"
        label={say('download', { track: name })}
        onClick={() => void download(pk, track.kind)}
      />
      <Failure failure={playback.failure} onRetry={play} />
    </div>
  );
};

type PositionProps = { playback: Playback; track: Track; name: string; onSeek: (position: number) => void };

const Position = ({ playback, track, name, onSeek }: PositionProps) => {
  const { position, length = track.seconds ?? 0 } = playback;
  const [at, end] = [clockOf(position), clockOf(length)];
  return (
    <>
      <input
        type="range"
        aria-label={say('position', { track: name })}
        aria-valuetext={`${at} / ${end}`}
        min={0}
        max={Math.max(length, position)}
        step="any"
        disabled={length === 0}
        value={position}
        style={{ '--played': length > 0 ? position / length : 0 }}
        onInput={({ currentTarget }) => onSeek(Number(currentTarget.value))}
      />
      <span class="time">
        {at} <span class="faint">/ {length > 0 ? end : '–'}</span>
      </span>
    </>
  );
};

const Failure = ({ failure, onRetry }: { failure: Playback['failure']; onRetry: () => void }) => {
  if (failure === undefined) return null;
  if (failure !== 'broken') return <Failed error={failure} onRetry={onRetry} isSmall />;
  return (
    <div class="failed small" role="alert">
      <p>{say('play.failed')}</p>
      <Button onClick={onRetry}>{t('retry')}</Button>
    </div>
  );
};

const download = async (pk: string, kind: string): Promise<void> => {
  try {
    const link = document.createElement('a');
    link.href = await linkTo(pk, kind, 'true');
    link.rel = 'noreferrer';
    link.click();
  } catch {
    notify({ text: say('download.failed'), tone: 'bad' });
  }
};
