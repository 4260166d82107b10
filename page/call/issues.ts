/** Why a field could not be read, as a key of the words, and the values in that text. */
export type IssueWords = { path: string; reason: Reason; values: Record<string, string | number> };

const REASONS = {
  text: /^must be text$/,
  integer: /^must be an integer$/,
  number: /^must be a number$/,
  duration: /^must be a duration of 0 to (?<most>\d+) seconds$/,
  flag: /^must be true or false$/,
  time: /^must be a time/,
  code: /^must be a code of at most (?<most>\d+) characters$/,
  texts: /^must be a list of texts$/,
  object: /^must be an object$/,
  list: /^must be a list of at most (?<most>\d+)$/,
  levels: /^must have at most (?<most>\d+) levels$/,
  missing: /^is missing$/,
} as const;

export type Reason = keyof typeof REASONS | 'other';

/** An issue of a call in words that need no knowledge of schemas. */
export const issueWords = ({ path, message }: { path: string; message: string }): IssueWords => {
  for (const [reason, pattern] of Object.entries(REASONS)) {
    const match = pattern.exec(message);
    if (match) return { path, reason: reason as Reason, values: valuesOf(match) };
  }
  return { path, reason: 'other', values: { message } };
};

const valuesOf = ({ groups = {} }: RegExpExecArray): Record<string, number> =>
  Object.fromEntries(Object.entries(groups).map(([name, digits]) => [name, Number(digits)]));
