import type { Language } from '../../../shared/calls/labels.ts';
import { csv } from '../../../shared/exports/csv.ts';
import type { Format } from '../../../shared/exports/format.ts';
import { parquet } from '../../../shared/exports/parquet.ts';
import { xlsx } from '../../../shared/exports/xlsx.ts';
import { CommandError } from '../command-error.ts';
import { fileNamed, type Place } from '../whole-file.ts';

const FORMATS: Record<string, Format> = { csv, xlsx, parquet };
const NAMES = Object.keys(FORMATS);

/** The options beside the filters. */
export const EXPORT_OPTIONS = {
  format: { type: 'string' },
  lang: { type: 'string' },
  out: { type: 'string' },
  raw: { type: 'boolean' },
  force: { type: 'boolean' },
} as const;

type Given = {
  format?: string | undefined;
  lang?: string | undefined;
  out?: string | undefined;
  raw?: boolean | undefined;
  force?: boolean | undefined;
};

/** What to write, and where. */
export type Wanted = {
  /** Undefined: the bodies, as JSON lines. */
  format: Format | undefined;
  name: string;
  language: Language;
  /** Undefined: standard output. */
  place: Place | undefined;
};

/** Reads the options; throws a CommandError if they contradict each other. */
export const readRequest = ({ format, lang = 'en', out, raw, force }: Given): Wanted => {
  if (raw && format !== undefined)
    throw new CommandError('--format has no effect with --raw: bodies are JSON lines.');
  const name = raw ? 'jsonl' : (format ?? extensionOf(out) ?? 'csv');
  if (!raw && !NAMES.includes(name)) throw new CommandError(`--format ${name} must be ${NAMES.join(', ')}.`);
  if (lang !== 'en' && lang !== 'zh') throw new CommandError(`--lang ${lang} must be en or zh.`);
  const path = out ?? `${raw ? 'deliveries' : 'calls'}.${name}`;
  if (path === '') throw new CommandError('--out needs the name of a file, or "-".');
  if (path === '-' && !['csv', 'jsonl'].includes(name))
    throw new CommandError(`--out - prints only CSV or --raw: ${name} is not text. Give a file.`);
  // Received text can hold terminal control characters.
  if (path === '-' && process.stdout.isTTY) throw new CommandError('--out - needs a pipe: give a file.');
  return {
    format: FORMATS[name],
    name,
    language: lang,
    place:
      path === '-'
        ? undefined
        : { file: fileNamed(path), replaces: force === true, advice: '--force replaces it' },
  };
};

/** `calls.xlsx` names its format. */
const extensionOf = (out: string | undefined): string | undefined =>
  NAMES.find((name) => out?.toLowerCase().endsWith(`.${name}`));
