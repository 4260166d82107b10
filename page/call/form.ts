import type { Json } from '../../shared/payload/field-types.ts';

/**
 * A field of the agent's form: its name, if it has one, and its text; empty if nothing was filled
 * in.
 */
export type FormField = { name?: string; text: string };

type Value = Json | undefined;

/**
 * The agent's form as rows. ICC sends a list of fields with name and value; any other form is made
 * as readable as possible.
 */
export const formOf = (forms: Value): FormField[] => {
  if (forms === undefined || forms === null) return [];
  if (Array.isArray(forms)) return forms.flatMap(fieldOf);
  if (typeof forms === 'object')
    return Object.entries(forms).map(([name, value]) => ({ name, text: textOf(value) }));
  return fieldOf(forms);
};

const fieldOf = (field: Value): FormField[] => {
  if (isObject(field) && typeof field.name === 'string')
    return [{ name: field.name, text: textOf(field.value) }];
  const text = textOf(field);
  return text === '' ? [] : [{ text }];
};

/** A filled-in value as text; of a choice its words, whatever their key. */
const textOf = (value: Value): string => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value))
    return value
      .map(textOf)
      .filter((text) => text !== '')
      .join(', ');
  if (!isObject(value)) return String(value);
  const [word] = WORDS.map((name) => value[name]).filter((text) => typeof text === 'string' && text !== '');
  if (typeof word === 'string') return word;
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${textOf(inner)}`)
    .join('; ');
};

const WORDS = ['summary', 'name', 'label', 'value', 'text'];

const isObject = (value: Value): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
