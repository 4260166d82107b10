import type { ParseArgsOptionsConfig } from 'node:util';
import * as v from 'valibot';
import type { CallFilters } from '../../../shared/calls/filters.ts';
import { FILTERS, filtersOf, InvalidQuery, PAGE, readParameters } from '../../../shared/calls/parameters.ts';
import { printable } from '../../../shared/telemetry/printable.ts';
import { wrap } from '../columns.ts';
import { CommandError } from '../command-error.ts';

const PARAMETERS = { ...FILTERS, ...PAGE };
type Name = keyof typeof PARAMETERS;
const NAMES = Object.keys(PARAMETERS) as Name[];

// On a command line "true" goes without saying.
const FLAGS: readonly Name[] = ['recording', 'issues', 'ongoing'];

/** `minTalk` of the API is `--min-talk` of the command line. */
const optionOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What the API can be asked for, as options; each can be repeated, so that the API's own reading refuses what is given twice. */
export const FILTER_OPTIONS: ParseArgsOptionsConfig = Object.fromEntries(
  NAMES.map((name) => [
    optionOf(name),
    FLAGS.includes(name) ? ({ type: 'boolean' } as const) : ({ type: 'string', multiple: true } as const),
  ]),
);

/** What the command line asks for. */
export type Asked = { filters: CallFilters & { zone: string }; limit: number; cursor: string | undefined };

/** Options as they were given. */
export type Given = Readonly<Record<string, unknown>>;

/** Reads the options as the API reads its parameters; throws a CommandError that names each that cannot be read. */
export const readOptions = (given: Given): Asked => {
  const query = new URLSearchParams(
    NAMES.flatMap((name) => valuesOf(given[optionOf(name)]).map((value): [string, string] => [name, value])),
  );
  try {
    const { limit, cursor, ...parameters } = readParameters(PARAMETERS, query);
    return { filters: filtersOf(parameters), limit, cursor };
  } catch (error) {
    if (!(error instanceof InvalidQuery)) throw error;
    const lines = error.issues.map(({ path, message }) => {
      const [option, value] = [optionOf(path), query.get(path)];
      return `--${option}${value === null ? '' : ` ${quoted(value)}`} ${message}.`;
    });
    throw new CommandError(lines.join('\n'));
  }
};

const valuesOf = (value: unknown): string[] => (value === undefined ? [] : [value].flat().map(String));

/** The command that asks the same with some options changed; undefined takes one away. */
export const commandLine = (given: Given, changed: Given = {}): string => {
  const options = Object.entries({ ...given, ...changed }).flatMap(([option, value]) =>
    value === false
      ? []
      : valuesOf(value).map((one) => (one === 'true' ? `--${option}` : `--${option} ${quoted(one)}`)),
  );
  return ['npm run calls --', ...options].join(' ');
};

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  printable(/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

const TITLE_WIDTH = 21;
const WIDTH = 100;

// What an option takes, in a word; text if nothing is said.
const KINDS: Partial<Record<Name, string>> = {
  ...{ from: 'time', to: 'time', zone: 'zone', minTalk: 's', maxTalk: 's', limit: 'n' },
  ...{ answered: 't/f', abandoned: 't/f', direction: 'way', status: 'word', hangupBy: 'who' },
};

/** The options as the usage lists them. */
export const FILTER_USAGE = NAMES.flatMap((name) => {
  const option = `--${optionOf(name)}${FLAGS.includes(name) ? '' : ` <${KINDS[name] ?? 'text'}>`}`;
  const [first = '', ...others] = wrap(meaningOf(name), WIDTH - TITLE_WIDTH);
  return [`  ${option}`.padEnd(TITLE_WIDTH) + first, ...others.map((line) => ' '.repeat(TITLE_WIDTH) + line)];
}).join('\n');

function meaningOf(name: Name): string {
  if (name === 'answered' || name === 'abandoned')
    return 'true, false, or unknown: the provider said nothing';
  if (name === 'agent') return "an agent's id, name or phone; can be given several times";
  const described = v.getDescription(
    v.unwrap(PARAMETERS[name] as v.OptionalSchema<v.GenericSchema, unknown>),
  );
  return (described ?? '')
    .replaceAll('`', '')
    .replace(/^true: |\.$/g, '')
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}
