import type { ParseArgsOptionsConfig } from 'node:util';
import * as v from 'valibot';
import { InvalidQuery } from '../../../shared/calls/parameters.ts';
import { printable } from '../../../shared/telemetry/printable.ts';
import { wrap } from '../columns.ts';
import { CommandError } from '../command-error.ts';

/** Options as given. */
export type Given = Readonly<Record<string, unknown>>;

// On a command line a flag stands for "true".
const FLAGS: readonly string[] = ['recording', 'issues', 'ongoing'];

/** `minTalk` of the API is `--min-talk` on the command line. */
const optionOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Parameters of the API as options; each can be repeated, so that the API's own parsing refuses a
 * repeated one.
 */
export const optionsFor = (parameters: v.ObjectEntries): ParseArgsOptionsConfig =>
  Object.fromEntries(
    Object.keys(parameters).map((name) => [
      optionOf(name),
      FLAGS.includes(name) ? ({ type: 'boolean' } as const) : ({ type: 'string', multiple: true } as const),
    ]),
  );

/**
 * Parses options as the API parses these parameters; throws a CommandError that names each
 * unreadable one.
 */
export const readAs = <Result>(
  parameters: v.ObjectEntries,
  given: Given,
  read: (query: URLSearchParams) => Result,
): Result => {
  const query = new URLSearchParams(
    Object.keys(parameters).flatMap((name) =>
      valuesOf(given[optionOf(name)]).map((value): [string, string] => [name, value]),
    ),
  );
  try {
    return read(query);
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

/** The same command with some options changed; undefined removes one. */
export const commandLine = (given: Given, changed: Given = {}, command = 'calls'): string => {
  const options = Object.entries({ ...given, ...changed }).flatMap(([option, value]) =>
    value === false
      ? []
      : valuesOf(value).map((one) => (one === 'true' ? `--${option}` : `--${option} ${quoted(one)}`)),
  );
  return [`npm run ${command} --`, ...options].join(' ');
};

/** A word, quoted for a shell. */
export const quoted = (word: string): string =>
  printable(/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

const TITLE_WIDTH = 21;
const WIDTH = 100;

// The placeholder of an option's value; text by default.
const KINDS: Record<string, string> = {
  ...{ from: 'time', to: 'time', zone: 'zone', minTalk: 's', maxTalk: 's', limit: 'n' },
  ...{ answered: 't/f', abandoned: 't/f', direction: 'way', status: 'word', hangupBy: 'who' },
  ...{ by: 'what', compare: 'previous', serviceLevelSeconds: 's', shortAbandonSeconds: 's' },
};

/** The options as the usage lists them. */
export const usageFor = (parameters: v.ObjectEntries): string =>
  Object.entries(parameters)
    .flatMap(([name, schema]) => {
      const option = `--${optionOf(name)}${FLAGS.includes(name) ? '' : ` <${KINDS[name] ?? 'text'}>`}`;
      const [first = '', ...others] = wrap(meaningOf(name, schema), WIDTH - TITLE_WIDTH);
      const indent = ' '.repeat(TITLE_WIDTH);
      const title = `  ${option}`;
      // A long title takes a line.
      const head = title.length < TITLE_WIDTH ? [title.padEnd(TITLE_WIDTH) + first] : [title, indent + first];
      return [...head, ...others.map((line) => indent + line)];
    })
    .join('\n');

const meaningOf = (name: string, schema: v.ObjectEntries[string]): string => {
  if (name === 'answered' || name === 'abandoned') return 'true, false, or unknown if NXCloud did not say';
  if (name === 'agent') return "an agent's id, name or phone; can be repeated";
  const optional = schema as v.OptionalSchema<v.GenericSchema, string | undefined>;
  const described = (v.getDescription(v.unwrap(optional)) ?? '')
    .replaceAll('`', '')
    .replace(/^true: |^previous: |\.$/g, '')
    .replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
  return optional.default === undefined ? described : `${described}; ${optional.default} by default`;
};
