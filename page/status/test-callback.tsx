import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/api.ts';
import { asApiError } from '../api/api-error.ts';
import { Icon } from '../parts/icon.tsx';
import { Button } from '../parts/parts.tsx';
import { hrefOf } from '../state/location.ts';
import { t, type Word } from '../words/t.ts';
import type { CallbackStatus } from './status-view.tsx';
import { testCall } from './test-bodies.ts';

type Progress =
  | { at: 'start' }
  | { at: 'sending' }
  /** It was accepted, and will be in the table of calls soon. */
  | { at: 'accepted' | 'there' | 'late' | 'removing'; pk: string }
  | { at: 'removed' }
  | { at: 'failed'; reason: string };

type Props = { callback: CallbackStatus; onSent: () => void };

/**
 * Sends an invented callback to the real URL, follows it until its call arrives, and removes it.
 * The token is not stored.
 */
export const TestCallback = ({ callback, onSent }: Props) => {
  const [progress, setProgress] = useState<Progress>({ at: 'start' });
  const gone = useRef(new AbortController());
  useEffect(() => () => gone.current.abort(), []);
  const show = (next: Progress) => gone.current.signal.aborted || setProgress(next);

  const run = async (token: string) => {
    show({ at: 'sending' });
    try {
      const { id, pk } = await send(callback, token);
      show({ at: 'accepted', pk });
      const isThere = await appears(callback.name, id, gone.current.signal);
      show({ at: isThere ? 'there' : 'late', pk });
    } catch (error) {
      show({ at: 'failed', reason: error instanceof Error ? error.message : String(error) });
    }
    onSent();
  };
  const remove = async (pk: string) => {
    show({ at: 'removing', pk });
    try {
      await api('/api/call', { method: 'DELETE', query: { pk } });
      show({ at: 'removed' });
    } catch (error) {
      show(
        asApiError(error).kind === 'notFound'
          ? { at: 'removed' }
          : { at: 'failed', reason: t('test.notRemoved') },
      );
    }
  };
  return (
    <div class="test">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(String(new FormData(event.currentTarget).get('token')).trim());
        }}
      >
        <label>
          <span class="visually-hidden">{t('test.token')}</span>
          <input
            class="input"
            type="password"
            name="token"
            required
            autocomplete="off"
            spellcheck={false}
            placeholder={t('test.token')}
          />
        </label>
        <button type="submit" class="button primary" disabled={isUnderWay(progress)}>
          {t('test.send')}
        </button>
      </form>
      <div class="progress" role="status">
        <Told progress={progress} onRemove={remove} />
      </div>
    </div>
  );
};

const isUnderWay = ({ at }: Progress): boolean => ['sending', 'accepted', 'removing'].includes(at);

const Told = ({ progress, onRemove }: { progress: Progress; onRemove: (pk: string) => void }) => {
  if (progress.at === 'start') return null;
  if (progress.at === 'sending') return <p>{t('test.sending')}</p>;
  if (progress.at === 'removed') return <p>{t('test.removed')}</p>;
  if (progress.at === 'failed') {
    return (
      <p class="bad">
        <Icon name="warning" /> {progress.reason}
      </p>
    );
  }
  const { at, pk } = progress;
  return (
    <>
      <p class={at === 'late' ? 'warn' : 'good'}>
        <Icon name={at === 'late' ? 'warning' : 'check'} /> {t(SAYS[at])}
      </p>
      {at !== 'accepted' && (
        <span class="actions">
          <a class="button" href={hrefOf('/call', { pk })}>
            {t('test.open')}
          </a>
          <Button disabled={at === 'removing'} onClick={() => onRemove(pk)}>
            {t('test.remove')}
          </Button>
        </span>
      )}
    </>
  );
};

const SAYS: Readonly<Record<'accepted' | 'there' | 'late' | 'removing', Word>> = {
  accepted: 'test.accepted',
  there: 'test.there',
  late: 'test.late',
  removing: 'test.there',
};

const REASONS: Readonly<Record<number, Word>> = {
  401: 'test.401',
  403: 'test.403',
  503: 'test.503',
};

/** The id and the key of the sent call; throws an error that says what is wrong. */
const send = async ({ name, url }: CallbackStatus, token: string): Promise<{ id: string; pk: string }> => {
  const { id, bodies } = testCall(name);
  let pk = '';
  for (const body of bodies) {
    const response = await fetch(new URL(url).pathname, {
      method: 'POST',
      // Not in the URL, which many places log.
      headers: { 'content-type': 'application/json', token },
      body: JSON.stringify(body),
    }).catch(() => undefined);
    if (!response) throw new Error(t('failed.offline'));
    const answer: { id?: string; error?: string } = await response.json().catch(() => ({}));
    const reason = REASONS[response.status];
    if (reason) throw new Error(t(reason));
    if (!response.ok || !answer.id) throw new Error(t('test.answered', { status: String(response.status) }));
    pk = answer.id;
  }
  return { id, pk };
};

const PATIENCE_MS = 30_000;
const LOOK_MS = 700;

/** Whether the call arrives in the table within half a minute. */
const appears = async (callback: string, id: string, signal: AbortSignal): Promise<boolean> => {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !signal.aborted; ) {
    const { calls } = await api<{ calls: object[] }>('/api/calls', { query: { callback, id }, signal });
    if (calls.length > 0) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
};
