import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Column, columns, type Kind } from '../../shared/exports/columns.ts';
import { ROOT } from './run.ts';

/** The page of queries. */
export const PAGE = join(ROOT, 'docs', 'analytics.md');

/** The page's blocks of SQL; `of` is the engine that its first line names, or both. */
export const sqlOf = (of: 'DuckDB' | 'Athena' | 'both'): string[] =>
  [...readFileSync(PAGE, 'utf8').matchAll(/```sql\n(?:-- (\w+)\n)?(.*?)```/gs)]
    .filter(([, engine = 'both']) => engine === of)
    .map(([, , sql = '']) => sql);

// How DynamoDB writes an attribute, and what the table of Parquet makes of it.
const ATTRIBUTES: Record<Kind, [type: string, value: string, select: (value: string) => string]> = {
  text: ['string', 'S', (value) => value],
  decimal: ['string', 'S', (value) => value],
  time: ['string', 'S', (value) => `from_iso8601_timestamp(${value})`],
  integer: ['string', 'N', (value) => `CAST(${value} AS bigint)`],
  boolean: ['boolean', 'BOOL', (value) => value],
};

// Lists and legs are no columns of a table.
const LISTS = ['dtmf', 'issues', 'legs'];
// What became of a recording is a map, of which the state is a column.
const MAPS = ['recording', 'voicemail'];

const attributes = columns.filter(({ name }) => !LISTS.includes(name) && !/^leg\d/.test(name));

const fieldOf = ({ name, kind }: Column): string => {
  const [type, value] = ATTRIBUTES[kind];
  return MAPS.includes(name)
    ? `    ${name}:struct<M:struct<state:struct<S:string>>>`
    : `    ${name}:struct<${value}:${type}>`;
};

const selectOf = ({ name, kind }: Column): string => {
  const [, value, select] = ATTRIBUTES[kind];
  const path = MAPS.includes(name) ? 'm.state.s' : value.toLowerCase();
  return `  ${select(`item.${name.toLowerCase()}.${path}`)} AS ${name},`;
};

/** The page with the fields of a call as they are now. */
export const analyticsPage = (): string =>
  readFileSync(PAGE, 'utf8')
    .replace(
      /(Item struct<\n).*?(\n {2}>)/s,
      (_, open, close) => open + attributes.map(fieldOf).join(',\n') + close,
    )
    .replace(
      /(\) AS\nSELECT\n).*?(\n {2}substr\()/s,
      (_, open, close) => open + attributes.map(selectOf).join('\n') + close,
    );
