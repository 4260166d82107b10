import type { CallRecord } from '../calls/call.ts';
import { isObject } from '../payload/reader.ts';
import type { Fold, Reading } from './callback.ts';

/**
 * What a mapping says about a call. The time of something that never happened is null; the record
 * leaves it out.
 */
export type Facts = { [Field in keyof CallRecord]: CallRecord[Field] | null };

/**
 * The fold of a callback whose further bodies are newer versions of the first. Fields of a newer
 * version win, fields that it lacks stay, lists are replaced whole. A field that any version had in
 * readable form is no issue. Objects that are fields, like ICC's `data`, are merged down to
 * `levels`, the payload included; deeper ones are single values, like a form.
 */
export const foldVersions =
  <Payload>(record: (newest: Payload) => Facts | undefined, levels = 2) =>
  (readings: Reading<Payload>[]): Fold | undefined => {
    const newest = readings
      .map(({ payload }) => payload)
      .reduce((older, newer) => merge(older, newer, levels));
    const facts = record(newest);
    if (facts === undefined) return undefined;
    const issues = readings.flatMap((reading) => reading.issues);
    return {
      record: present(facts),
      issues: distinct(issues).filter(({ path }) => valueAt(newest, path) === undefined),
    };
  };

const merge = <Value>(older: Value, newer: Value, levels: number): Value => {
  if (newer === undefined) return older;
  if (levels === 0 || !isObject(older) || !isObject(newer)) return newer;
  const merged: Record<string, unknown> = { ...older };
  for (const [name, value] of Object.entries(newer)) merged[name] = merge(merged[name], value, levels - 1);
  return merged as Value;
};

const valueAt = (payload: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], payload);

/** The facts that are present. */
export const present = <Facts extends object>(facts: Facts): Present<Facts> =>
  Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== null),
  ) as Present<Facts>;

type Present<Facts> = { [Name in keyof Facts]?: NonNullable<Facts[Name]> };

/** Each issue once. */
export const distinct = <Item extends { path: string; message: string }>(issues: Item[]): Item[] => [
  ...new Map(issues.map((issue) => [`${issue.path} ${issue.message}`, issue])).values(),
];
