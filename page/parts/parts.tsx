import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError, ApiErrorKind } from '../api/api-error.ts';
import { signIn } from '../sign-in/session.ts';
import { t, type Word } from '../words/t.ts';
import { Icon, type IconName } from './icon.tsx';

type Children = { children?: ComponentChildren };

/**
 * The tone of a result: `good`, `bad` (somebody must act), `warn`, `idle` (nothing happened) or
 * `live`.
 */
export type Tone = 'good' | 'bad' | 'warn' | 'idle' | 'live';

/** A word on a coloured background. */
export const Badge = ({ tone, title, children }: Children & { tone: Tone; title?: string }) => (
  <span class={`badge ${tone}`} title={title}>
    {children}
  </span>
);

type ButtonProps = Children & {
  kind?: 'plain' | 'primary' | 'quiet';
  icon?: IconName;
  disabled?: boolean;
  title?: string;
  onClick: () => void;
};

export const Button = ({ kind = 'plain', icon, disabled = false, title, onClick, children }: ButtonProps) => (
  <button type="button" class={`button ${kind}`} disabled={disabled} title={title} onClick={onClick}>
    {icon && <Icon name={icon} />}
    {children}
  </button>
);

/** A button with only an icon; `label` says what it does. */
export const IconButton = ({
  icon,
  label,
  onClick,
}: {
  icon: IconName;
  label: string;
  onClick: () => void;
}) => (
  <button type="button" class="icon-button" aria-label={label} title={label} onClick={onClick}>
    <Icon name={icon} />
  </button>
);

const COPIED_MS = 1_500;

/** Copies a text with one click, and confirms it. */
export const Copy = ({ text, label = t('copy') }: { text: string; label?: string }) => {
  const [isCopied, setIsCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (event: MouseEvent) => {
    event.stopPropagation();
    event.preventDefault();
    if (!(await written(text))) return;
    setIsCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setIsCopied(false), COPIED_MS);
  };
  const says = isCopied ? t('copied') : label;
  return (
    <button
      type="button"
      class={`copy ${isCopied ? 'done' : ''}`}
      aria-label={says}
      title={says}
      onClick={copy}
    >
      <Icon name={isCopied ? 'check' : 'copy'} size={14} />
    </button>
  );
};

/** Whether the text is in the clipboard now; a browser can refuse that. */
const written = (text: string): Promise<boolean> =>
  navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );

/** A section of a view, with a heading. */
export const Panel = ({
  title,
  aside,
  children,
}: Children & { title?: string; aside?: ComponentChildren }) => (
  <section class="panel">
    {title && (
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
    )}
    {children}
  </section>
);

/** Shown in place of contents: why there are none, and what to do. */
export const Empty = ({ title, children }: Children & { title: string }) => (
  <div class="empty">
    <h2>{title}</h2>
    {children}
  </div>
);

const REASONS: Record<ApiErrorKind, Word> = {
  offline: 'failed.offline',
  unavailable: 'failed.unavailable',
  invalid: 'failed.invalid',
  forbidden: 'failed.forbidden',
  notFound: 'failed.notFound',
  tooMany: 'failed.tooMany',
  ended: 'failed.ended',
};

/** An error with a button to try again; `isSmall` beside contents that are still shown. */
export const Failed = ({ error, onRetry, isSmall = false }: FailedProps) => (
  <div class={isSmall ? 'failed small' : 'failed'} role="alert">
    <Icon name="warning" />
    <p>
      {t(REASONS[error.kind])}
      {error.issues.map(({ path, message }) => (
        <span class="issue" key={path}>
          <code>{path}</code> {message}
        </span>
      ))}
    </p>
    {error.kind === 'ended' || error.kind === 'forbidden' ? (
      <Button onClick={signIn}>{t('signIn.again')}</Button>
    ) : (
      <Button onClick={onRetry}>{t('retry')}</Button>
    )}
  </div>
);

type FailedProps = { error: ApiError; onRetry: () => void; isSmall?: boolean };

/** Grey lines in the shape of loading contents; after a while they say that it takes longer. */
export const Skeleton = ({ lines = 6, isSlow = false }: { lines?: number; isSlow?: boolean }) => (
  <div class="skeleton" role="status" aria-label={t('loading')}>
    {isSlow && <p class="slow">{t('slow')}</p>}
    {Array.from({ length: lines }, (_, n) => (
      <i key={n} />
    ))}
  </div>
);
