import { t, type Word } from '../words/t.ts';

const REASONS: readonly { pattern: RegExp; word: Word }[] = [
  { pattern: /^is empty$/, word: 'rejected.empty' },
  { pattern: /^is not UTF-8$/, word: 'rejected.notUtf8' },
  { pattern: /^is not JSON(?: at position (?<position>\d+))?$/, word: 'rejected.notJson' },
  { pattern: /^is not a JSON object$/, word: 'rejected.notObject' },
  { pattern: /^(?:or (?<others>.+) )?is needed to identify the call$/, word: 'rejected.noIdentity' },
];

/** Why a body was rejected, in the page's language; an unknown reason stays as it is. */
export const reasonOf = ({ path, message }: { path: string; message: string }): string => {
  for (const { pattern, word } of REASONS) {
    const { groups = {}, 0: matched } = pattern.exec(message) ?? {};
    if (matched === undefined) continue;
    if (word === 'rejected.notJson' && groups.position === undefined) return t('rejected.notJsonAtAll');
    const fields = [path, ...(groups.others?.split(/, | or /) ?? [])].join(', ');
    return t(word, { position: groups.position ?? '', fields });
  }
  return `${path || 'body'} ${message}`;
};
