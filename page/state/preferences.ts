import type { Language } from '../../shared/calls/labels.ts';
import { type Store, store } from './store.ts';

/** What this device remembers: these words and nothing else, above all nothing about any call. */
type Preferences = { language: Language; zone: string; theme: 'auto' | 'light' | 'dark' };

const remembered = (name: keyof Preferences): string | undefined => {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
};

const remember = (name: keyof Preferences, value: string): void => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The browser's storage is off, so it is remembered until the page is closed.
  }
};

const preference = <Name extends keyof Preferences>(
  name: Name,
  read: (written: string | undefined) => Preferences[Name],
): Store<Preferences[Name]> => {
  const source = store(read(remembered(name)));
  source.subscribe(() => remember(name, source.get()));
  return source;
};

const browserLanguage = (): Language =>
  navigator.languages.some((one) => /^(zh|en)/i.test(one)) &&
  /^zh/i.test(navigator.languages.find((one) => /^(zh|en)/i.test(one)) ?? '')
    ? 'zh'
    : 'en';

export const language = preference('language', (written) =>
  written === 'en' || written === 'zh' ? written : browserLanguage(),
);

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** An IANA time zone; empty for that of the stage. */
export const zonePreference = preference('zone', (written = '') => (isZone(written || 'UTC') ? written : ''));

export const theme = preference('theme', (written) =>
  written === 'light' || written === 'dark' ? written : 'auto',
);

/** Applies the preferences to the document. */
export const applyPreferences = (): void => {
  const apply = () => {
    const root = document.documentElement;
    root.lang = language.get() === 'zh' ? 'zh-CN' : 'en';
    if (theme.get() === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme.get();
  };
  apply();
  language.subscribe(apply);
  theme.subscribe(apply);
};
