import { IconButton } from '../parts/parts.tsx';
import { store, useStore } from '../state/store.ts';
import { t } from '../words/t.ts';

type Notice = { id: number; text: string; tone: 'plain' | 'bad'; link?: { href: string; text: string } };

const notices = store<readonly Notice[]>([]);
let lastId = 0;

const SHOWN_MS = 8_000;

/**
 * Shows a notice at the edge of the page; returns how to change or end it. Without `stays` it
 * disappears by itself.
 */
export const notify = (
  notice: Omit<Notice, 'id' | 'tone'> & { tone?: Notice['tone'] },
  { stays = false } = {},
): { change: (text: string) => void; end: () => void } => {
  lastId += 1;
  const id = lastId;
  notices.set([...notices.get(), { tone: 'plain', ...notice, id }]);
  const end = () => notices.set(notices.get().filter((one) => one.id !== id));
  if (!stays) setTimeout(end, SHOWN_MS);
  const change = (text: string) =>
    notices.set(notices.get().map((one) => (one.id === id ? { ...one, text } : one)));
  return { change, end };
};

export const Notices = () => (
  <div class="notices" role="status">
    {useStore(notices).map(({ id, text, tone, link }) => (
      <div key={id} class={`notice ${tone}`}>
        <span>{text}</span>
        {link && (
          <a href={link.href} target="_blank" rel="noreferrer">
            {link.text}
          </a>
        )}
        <IconButton
          icon="close"
          label={t('close')}
          onClick={() => notices.set(notices.get().filter((one) => one.id !== id))}
        />
      </div>
    ))}
  </div>
);
