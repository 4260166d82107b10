import type { CallView } from '../../shared/calls/view.ts';
import { Icon } from '../parts/icon.tsx';
import { Player } from './player.tsx';
import { say, sayLeg } from './say.ts';
import { fileReasonOf, isPlayable, openableOf, type Track } from './tracks.ts';

/** The recordings and the message of a call: players, or why there is nothing to play yet. */
export const RecordingsView = ({ call, tracks }: { call: CallView; tracks: readonly Track[] }) => (
  <section class="recordings" aria-label={say('recordings')}>
    {tracks.map((track) => (
      <TrackView key={track.leg ?? track.kind} pk={call.pk} track={track} isAlone={tracks.length === 1} />
    ))}
  </section>
);

const TrackView = ({ pk, track, isAlone }: { pk: string; track: Track; isAlone: boolean }) => {
  const name = nameOf(track);
  const { file, kind } = track;
  const plays = isPlayable(track);
  return (
    <div class="track">
      {!(isAlone && kind === 'recording' && plays) && <span class="track-name">{name}</span>}
      {plays ? (
        <>
          <Player pk={pk} track={track} name={name} />
          {file?.state !== 'archived' && <p class="dim">{say('file.earlier')}</p>}
        </>
      ) : (
        <Missing track={track} />
      )}
    </div>
  );
};

const nameOf = ({ kind, leg }: Track): string => {
  if (leg !== undefined) return say('legOf', { leg: sayLeg(leg) });
  return say(kind === 'voicemail' ? 'track.voicemail' : 'track.recording');
};

const Missing = ({ track: { file, link } }: { track: Track }) => {
  const openable = openableOf(link);
  return (
    <p class={file?.state === 'failed' ? 'missing bad' : 'missing'}>
      {missingText(file)}{' '}
      {openable && (
        <a href={openable} target="_blank" rel="noreferrer">
          {say('file.link')}
          <Icon name="external" size={12} />
        </a>
      )}
    </p>
  );
};

const missingText = (file: Track['file']): string => {
  if (file === undefined || file.state === 'archived') return say('file.absent');
  if (file.reason === undefined) return say(`file.${file.state}`);
  const known = fileReasonOf(file.reason);
  const why = known === undefined ? file.reason : say(`why.${known.why}`, known.values);
  return say(`file.${file.state}.why`, { why });
};
