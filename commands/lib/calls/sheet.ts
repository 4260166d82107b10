import { styleText } from 'node:util';
import { CallRecord } from '../../../shared/calls/call.ts';
import type { History, OpenCall } from '../../../shared/calls/open.ts';
import { KINDS, recordingAt } from '../../../shared/calls/playback.ts';
import { printable } from '../../../shared/telemetry/printable.ts';
import { cut, fit, widthOf, wrap } from '../columns.ts';
import { count } from '../command.ts';
import { type Difference, differencesOf } from './differences.ts';
import { legName, timelineOf } from './timeline.ts';
import { momentText, valueText } from './values.ts';
import { clock, inWords, isWaiting, partiesOf, resultOf } from './words.ts';

const FIELDS = [...Object.keys(CallRecord.entries), 'recording', 'voicemail'];

/** All that is known about a call, as lines for a person. */
export const sheetOf = (
  { call, versions, events }: OpenCall,
  history: History,
  { zone, width }: { zone: string; width: number },
): string[] => {
  const { issues = [] } = call;
  const timeline = timelineOf(call, events, zone, width);
  return [
    printable(call.pk),
    headline(call),
    ...section('What is known', factsOf(call, FIELDS, zone, width)),
    ...(call.legs ?? []).flatMap((leg, n) =>
      section(capital(legName(leg.leg, n)), factsOf(leg, Object.keys(leg), zone, width)),
    ),
    ...section(`What happened, ${zone}`, timeline),
    ...section('What was received', versionLines(versions, history, zone, width)),
    ...section(
      'What could not be read',
      issues
        .flatMap(({ path, message }) => indented(printable(`${path || 'the body'} ${message}`), width))
        .map((line) => styleText('red', line)),
    ),
  ];
};

/** The last line: what there is in numbers, and where the rest is. */
export const sheetEnd = ({ call, versions }: OpenCall, command: string): string => {
  const issues = call.issues?.length ?? 0;
  const parts = [
    count(versions.length, 'body', 'bodies'),
    ...(issues > 0 ? [count(issues, 'unreadable field')] : []),
  ];
  return `${parts.join(', ')}. As received: ${command}`;
};

/** How to save the archived recordings of a call. */
export const savingLines = ({ call }: OpenCall, command: string): string[] =>
  KINDS.filter((kind) => !('missing' in recordingAt(call, kind))).map(
    (kind) => `To save its ${kind}: ${command}${kind === 'recording' ? '' : ` --kind ${kind}`}`,
  );

const headline = (call: OpenCall['call']): string => {
  const { direction, talkSeconds } = call;
  const result = printable(resultOf(call));
  return [
    printable(partiesOf(call)),
    direction && printable(inWords(direction)),
    isWaiting(call) ? styleText('red', result) : result,
    talkSeconds && `talked ${clock(talkSeconds)}`,
  ]
    .filter(Boolean)
    .join(', ');
};

const section = (title: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const NOT_HERE = ['legs'];

/** The fields that are set, with their names in docs/records.md. */
const factsOf = (record: object, names: string[], zone: string, width: number): string[] => {
  const facts = names
    .filter((name) => !NOT_HERE.includes(name))
    .map((name) => [name, (record as Record<string, unknown>)[name]] as const)
    .filter(([, value]) => value !== undefined);
  const nameWidth = Math.max(...facts.map(([name]) => name.length));
  return facts.flatMap(([name, value]) => {
    const [first = '', ...others] = wrap(valueText(name, value, zone), width - nameWidth - 4);
    return [
      `  ${name.padEnd(nameWidth)}  ${first}`,
      ...others.map((line) => ' '.repeat(nameWidth + 4) + line),
    ];
  });
};

const indented = (text: string, width: number): string[] => wrap(text, width - 2).map((line) => `  ${line}`);

const SOURCES: Record<string, string> = {
  callback: '',
  replay: ', by replay',
  list: ", from NXCloud's list",
};

const versionLines = (
  versions: OpenCall['versions'],
  { records }: History,
  zone: string,
  width: number,
): string[] =>
  versions.flatMap(({ receivedAt, source, changed }, n) => {
    const head = `  ${n + 1}  ${momentText(receivedAt, zone)}${SOURCES[source] ?? ''}`;
    if (n === 0) return [`${head}, ${count(changed.length, 'field')}`];
    const differences = differencesOf(records[n - 1] ?? {}, records[n] ?? {});
    return [
      differences.length === 0 ? `${head}, no field changed` : head,
      ...differenceLines(differences, zone, width, 5),
    ];
  });

/** `talkSeconds  6 s -> 7 s`, one line each. */
export const differenceLines = (
  differences: Difference[],
  zone: string,
  width: number,
  indent: number,
): string[] => {
  const nameWidth = Math.max(...differences.map(({ field }) => widthOf(field)));
  const valueWidth = Math.max(8, Math.floor((width - indent - nameWidth - 6) / 2));
  const shown = (field: string, value: unknown): string =>
    value === undefined ? '(none)' : cut(valueText(field, value, zone), valueWidth);
  return differences.map(
    ({ field, before, after }) =>
      `${' '.repeat(indent)}${fit(field, nameWidth)}  ${shown(field, before)} -> ${shown(field, after)}`,
  );
};
