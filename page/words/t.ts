import type { Language } from '../../shared/calls/labels.ts';
import { language } from '../state/preferences.ts';
import { en } from './en.ts';
import type { Text } from './text.ts';
import { zh } from './zh.ts';

export type Word = keyof typeof en;

const DICTIONARIES: Record<Language, Record<Word, Text>> = { en, zh };

/** The text of a word in the language that is chosen. */
export const t = (word: Word, values: Readonly<Record<string, string | number>> = {}): string => {
  const chosen = language.get();
  const text = DICTIONARIES[chosen][word];
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
