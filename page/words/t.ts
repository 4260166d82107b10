import type { Language } from '../../shared/calls/labels.ts';
import { language } from '../state/preferences.ts';
import type { en } from './en.ts';
import type { Text } from './text.ts';

export type Word = keyof typeof en;

/** The words of the page, or of a view with its own. */
export type Dictionaries<Words extends string> = Readonly<
  Partial<Record<Language, Readonly<Record<Words, Text>>>>
>;

type Values = Readonly<Record<string, string | number>>;

/** Makes a function that returns texts of dictionaries in the chosen language. */
export const translator =
  <Words extends string>(dictionaries: Dictionaries<Words>) =>
  (word: Words, values: Values = {}): string => {
    const chosen = language.get();
    const text = dictionaries[chosen]?.[word] ?? word;
    const pattern = typeof text === 'string' ? text : text[pluralOf(chosen, values.count)];
    return pattern.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === 'number' ? numberOf(chosen, value) : (value ?? '');
    });
  };

const RULES = { en: new Intl.PluralRules('en'), zh: new Intl.PluralRules('zh') };
const NUMBERS = { en: new Intl.NumberFormat('en'), zh: new Intl.NumberFormat('zh-CN') };

const pluralOf = (chosen: Language, count: string | number | undefined): 'one' | 'other' =>
  RULES[chosen].select(Number(count)) === 'one' ? 'one' : 'other';

const numberOf = (chosen: Language, value: number): string => NUMBERS[chosen].format(value);

type Dictionary = Readonly<Record<Word, Text>>;

// Each dictionary is a chunk, so that only the languages in use are loaded.
const LOAD: Record<Language, () => Promise<Dictionary>> = {
  en: async () => (await import('./en.ts')).en,
  zh: async () => (await import('./zh.ts')).zh,
};

const loaded: Partial<Record<Language, Dictionary>> = {};

/** Loads the words of a language; `t` does not know them before. */
export const loadWords = async (wanted: Language): Promise<void> => {
  loaded[wanted] ??= await LOAD[wanted]();
};

/** Shows the page in a language, and remembers it. */
export const chooseLanguage = async (wanted: Language): Promise<void> => {
  await loadWords(wanted);
  language.set(wanted);
};

/** The text of a word in the chosen language. */
export const t = translator<Word>(loaded);
