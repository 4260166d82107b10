import type { Language } from '../../shared/calls/labels.ts';
import { language } from '../state/preferences.ts';
import { en } from './en.ts';
import type { Text } from './text.ts';
import { zh } from './zh.ts';

export type Word = keyof typeof en;

/** The words of the page, or of a view that brings its own. */
export type Dictionaries<Words extends string> = Readonly<Record<Language, Readonly<Record<Words, Text>>>>;

type Values = Readonly<Record<string, string | number>>;

/** Says the words of dictionaries in the language that is chosen. */
export const translator =
  <Words extends string>(dictionaries: Dictionaries<Words>) =>
  (word: Words, values: Values = {}): string => {
    const chosen = language.get();
    const text = dictionaries[chosen][word];
    const pattern = typeof text === 'string' ? text : text[pluralOf(chosen, values.count)];
    return pattern.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === 'number' ? numberOf(chosen, value) : (value ?? '');
    });
  };

/** The text of a word in the language that is chosen. */
export const t = translator<Word>({ en, zh });

const RULES = { en: new Intl.PluralRules('en'), zh: new Intl.PluralRules('zh') };
const NUMBERS = { en: new Intl.NumberFormat('en'), zh: new Intl.NumberFormat('zh-CN') };

const pluralOf = (chosen: Language, count: string | number | undefined): 'one' | 'other' =>
  RULES[chosen].select(Number(count)) === 'one' ? 'one' : 'other';

const numberOf = (chosen: Language, value: number): string => NUMBERS[chosen].format(value);
