/** The interpretations of a search text. */
export type SearchKind = 'number' | 'id' | 'agent';

export const SEARCH_KINDS: readonly SearchKind[] = ['number', 'id', 'agent'];

const NUMBER = /^\+?[\d\s().-]+$/;
// `NX09445G000025@203.0.113.9:5060`; an agent's e-mail address has a name after the @.
const ADDRESS = /^(sips?|tel):|@[\d.:]+$/i;
const AGENT_KEY = /^(id|name|phone):/i;
const UUID = /^[\da-f]{8}-[\da-f]{4}-/i;
const MAX_NUMBER_DIGITS = 15;
const MIN_ID_LENGTH = 16;

/** Whether a text looks like a number, the id of a call, or an agent. */
export const kindOf = (text: string): SearchKind => {
  if (AGENT_KEY.test(text)) return 'agent';
  if (ADDRESS.test(text)) return 'number';
  if (UUID.test(text)) return 'id';
  if (NUMBER.test(text)) return text.replace(/\D/g, '').length > MAX_NUMBER_DIGITS ? 'id' : 'number';
  const hasDigits = /\d/.test(text);
  return hasDigits && text.length >= MIN_ID_LENGTH && !/\s/.test(text) ? 'id' : 'agent';
};
