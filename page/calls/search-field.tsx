import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { changeQuery, place } from '../state/location.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';
import { searchOf } from './filters.ts';
import { SEARCH_KINDS } from './search.ts';

const WAIT_MS = 300;

/**
 * One field for a number, an id or an agent. It shows how it interprets the text, and lets the user
 * change that.
 */
export const SearchField = () => {
  const { query } = useStore(place);
  const search = searchOf(query);
  const written = query.get('q') ?? '';
  const [text, setText] = useState(written);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef(written);

  // A request from here may already be older than the typed text.
  useEffect(() => {
    if (written !== asked.current) setText(written);
    asked.current = written;
  }, [written]);
  // As soon as the field exists: an effect would miss the first key.
  useLayoutEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select');
      if (event.key !== '/' || isTyping || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);

  const ask = (wanted: string) => {
    clearTimeout(timer.current);
    asked.current = wanted;
    // One history entry for a search, not one for each letter.
    if (wanted !== written)
      changeQuery({ q: wanted, as: undefined }, { replace: written !== '' && wanted !== '' });
  };
  const onInput = ({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(ask, WAIT_MS, value);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') ask(text);
    if (event.key === 'Escape') {
      event.preventDefault();
      if (text) {
        setText('');
        ask('');
      } else field.current?.blur();
    }
  };
  return (
    <search>
      <div class="search">
        <Icon name="search" />
        <input
          ref={field}
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          value={text}
          autoComplete="off"
          spellcheck={false}
          onInput={onInput}
          onKeyDown={onKeyDown}
        />
        <kbd>/</kbd>
      </div>
      {search && (
        <p class="searched">
          {t('searchedAs')}
          {SEARCH_KINDS.map((kind) => (
            <button
              key={kind}
              type="button"
              aria-pressed={kind === search.kind}
              onClick={() => changeQuery({ as: kind }, { replace: true })}
            >
              {t(`searchedAs.${kind}`)}
            </button>
          ))}
        </p>
      )}
    </search>
  );
};
