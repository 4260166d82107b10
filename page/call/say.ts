import type { Language } from '../../shared/calls/labels.ts';
import { CODE_LABELS, codeLabel, FIELD_LABELS, LEG_LABELS } from '../../shared/calls/labels.ts';
import { clockOf, numberOf } from '../format/format.ts';
import { language } from '../state/preferences.ts';
import { translator } from '../words/t.ts';
import { en } from './words/en.ts';
import { zh } from './words/zh.ts';

export type CallWord = keyof typeof en;

/** The text of a word of this view in the chosen language. */
export const say = translator<CallWord>({ en, zh });

const COMMAS: Record<Language, string> = { en: ', ', zh: '，' };

/** Texts in a row: `Answered after 12 s, talked 4:12`. */
export const saySeveral = (texts: readonly string[]): string => texts.join(COMMAS[language.get()]);

const COLONS: Record<Language, string> = { en: ': ', zh: '：' };

/** A text after its name: `Caller: answered`. */
export const sayOf = (name: string, text: string): string => name + COLONS[language.get()] + text;

/** A duration: `10.4 s`, `4:12`. */
export const sayDuration = (seconds: number): string =>
  seconds < 60 ? say('seconds', { seconds: numberOf(seconds) }) : clockOf(seconds);

const UNIT = / ?\((s|秒)\)$/;

/** The name of a field of a call, or of a leg. Durations show their unit, so the name does not. */
export const sayField = (
  field: string,
  labels: Readonly<Record<string, Record<Language, string>>> = FIELD_LABELS,
) => (labels[field]?.[language.get()] ?? field).replace(UNIT, '');

/** The name of a field of a leg. */
export const sayLegField = (field: string): string => sayField(field, LEG_LABELS);

/** The name of a code: `Abandoned in queue`. */
export const sayCode = (field: string, code: string): string =>
  isCoded(field) ? codeLabel(field, code, language.get()) : code;

const isCoded = (field: string): field is keyof typeof CODE_LABELS => Object.hasOwn(CODE_LABELS, field);

/** The name of a leg: `Caller`, `Leg 3`. */
export const sayLeg = (leg: string): string => {
  if (leg === 'agent') return say('leg.agent');
  return /^\d+$/.test(leg) ? say('leg', { number: leg }) : sayCode('leg', leg);
};
