// Deeper levels get no more indentation: 128 KB of brackets would become gigabytes of spaces.
const MAX_INDENT = 24;

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/**
 * JSON text with a line for each value, with every number and text as written; undefined if it is
 * not JSON.
 */
export const prettyJson = (written: string): string | undefined => {
  const text = written.replace(/^\ufeff/, '');
  if (!isJson(text)) return undefined;
  const tokens = text.match(TOKENS) ?? [];
  const lines: string[] = [''];
  let depth = 0;
  const append = (token: string) => lines.push((lines.pop() ?? '') + token);
  const startLine = () => lines.push('  '.repeat(Math.min(depth, MAX_INDENT)));
  for (const [n, token] of tokens.entries()) {
    const [before, after] = [tokens[n - 1], tokens[n + 1]];
    if (isOpening(token)) {
      append(token);
      depth++;
      if (!isClosing(after)) startLine();
    } else if (isClosing(token)) {
      depth--;
      if (!isOpening(before)) startLine();
      append(token);
    } else if (token === ',') {
      append(token);
      startLine();
    } else append(token === ':' ? ': ' : token);
  }
  return lines.join('\n');
};

const isOpening = (token: string | undefined): boolean => token === '{' || token === '[';
const isClosing = (token: string | undefined): boolean => token === '}' || token === ']';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
