import * as v from 'valibot';
import { callbacks } from '../callbacks/list.ts';
import type { Issue } from '../payload/reader.ts';
import { DIRECTIONS, HANGUP_PARTIES, STATUSES } from './call.ts';
import type { CallFilters } from './filters.ts';
import { partyKey } from './party.ts';
import { isZone, readTime, stageZone } from './period.ts';
import { isCursor } from './query.ts';

const MAX_LENGTH = 256;
const MAX_AGENTS = 20;
const text = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty('must not be empty'),
  v.maxLength(MAX_LENGTH, `must have at most ${MAX_LENGTH} characters`),
);
const tristate = v.picklist(['true', 'false', 'unknown'], 'must be true, false or unknown');
// A description precedes a transformation, at which the OpenAPI document of a parameter ends.
/** A parameter that is `true` or left out. */
export const onlyTrue = (description: string) =>
  v.pipe(
    v.picklist(['true'], 'must be true, or left out'),
    v.description(description),
    v.transform(() => true),
  );
/** A whole number from `minimum` to `maximum`. */
export const wholeNumber = (minimum: number, maximum: number, description: string) =>
  v.pipe(
    v.string(),
    v.check(
      (written) => /^\d{1,7}$/.test(written) && Number(written) >= minimum && Number(written) <= maximum,
      `must be a whole number from ${minimum} to ${maximum}`,
    ),
    v.metadata({ type: 'integer', minimum, maximum }),
    v.description(description),
    v.transform(Number),
  );
const MAX_SECONDS = 604_800;

/** A name of the vocabulary: a misspelt one would silently find nothing. */
const named = (names: readonly string[], those = names.join(', ')) =>
  v.union([
    v.picklist(names),
    v.pipe(v.string(), v.regex(/^unknown:./, `must be ${those}, or unknown:<code>`)),
  ]);

/** A party without digits or letters would silently find nothing. */
const party = v.pipe(
  text,
  v.check((written) => partyKey(written) !== undefined, 'must be a number or a name'),
);

const NAMES = callbacks.map(({ name }) => name);
const SOME_NAMES = new RegExp(`^(${NAMES.join('|')})(,(${NAMES.join('|')}))*$`);

/** The period of a request. */
export const PERIOD = {
  from: v.optional(
    v.pipe(text, v.description('Inclusive. ISO 8601, or a date in the zone. Default: 30 days before `to`.')),
  ),
  to: v.optional(
    v.pipe(
      text,
      v.description('Exclusive; a date means its whole day. Default: now, and calls that are dated ahead.'),
    ),
  ),
  zone: v.optional(
    v.pipe(
      text,
      v.check(isZone, 'must be a time zone like Asia/Shanghai'),
      v.description('IANA time zone of dates. Default: that of the stage.'),
    ),
  ),
};

/** The filters of calls. All of them combine. */
export const FILTERS = {
  ...PERIOD,
  number: v.optional(
    v.pipe(
      party,
      v.description(
        'Either party, in any spelling; of a number at least the last 7 digits, or all of a shorter one.',
      ),
    ),
  ),
  caller: v.optional(v.pipe(party, v.description('Who called.'))),
  callee: v.optional(v.pipe(party, v.description('Who was called.'))),
  agent: v.optional(
    v.pipe(
      v.array(text),
      v.maxLength(MAX_AGENTS, `must be given at most ${MAX_AGENTS} times`),
      v.description(
        `A key of /api/agents, or the id, name or phone of an agent. Can be given up to ${MAX_AGENTS} times.`,
      ),
    ),
  ),
  id: v.optional(v.pipe(text, v.description('The id of the `pk`, `callId`, `orderId` or `taskId`.'))),
  callback: v.optional(
    v.pipe(
      v.string(),
      v.regex(SOME_NAMES, `must be some of ${NAMES.join(', ')}, separated by commas`),
      v.description(`Products, separated by commas: ${NAMES.join(', ')}.`),
    ),
  ),
  direction: v.optional(v.pipe(named(DIRECTIONS), v.description('Who called whom.'))),
  answered: v.optional(v.pipe(tristate, v.description('`unknown`: NXCloud did not say.'))),
  abandoned: v.optional(v.pipe(tristate, v.description('`unknown`: NXCloud did not say.'))),
  status: v.optional(
    v.pipe(named(STATUSES, 'a status of docs/records.md'), v.description('A status of docs/records.md.')),
  ),
  hangupBy: v.optional(v.pipe(named(HANGUP_PARTIES), v.description('Who hung up.'))),
  minTalk: v.optional(wholeNumber(0, MAX_SECONDS, 'At least this many seconds of conversation.')),
  maxTalk: v.optional(wholeNumber(0, MAX_SECONDS, 'At most this many seconds of conversation.')),
  recording: v.optional(onlyTrue('`true`: has a recording, which is a link, an id or an archived file.')),
  issues: v.optional(onlyTrue('`true`: has fields that could not be read.')),
  ongoing: v.optional(
    onlyTrue('`true`: has begun and not ended. Only the predictive dialer tells of such calls.'),
  ),
};

/** The size and the start of a page. */
export const PAGE = {
  limit: v.optional(wholeNumber(1, 200, 'Calls on a page.'), '50'),
  cursor: v.optional(
    v.pipe(
      v.string(),
      v.check(isCursor, 'must be the cursor of a page'),
      v.description('The cursor of the page before.'),
    ),
  ),
};

/** What is wrong with which parameter. */
export class InvalidQuery extends Error {
  override name = 'InvalidQuery';
  /** The name of the answer's error. */
  readonly code: string = 'invalid_query';
  readonly issues: Issue[];

  constructor(issues: Issue[]) {
    super(issues.map(({ path, message }) => `${path} ${message}`).join('; '));
    this.issues = issues;
  }
}

const REPEATABLE = ['agent'];

/** Parses parameters; throws InvalidQuery if one is unknown, repeated or unreadable. */
export const readParameters = <const Entries extends v.ObjectEntries>(
  entries: Entries,
  query: URLSearchParams,
): v.InferOutput<v.StrictObjectSchema<Entries, undefined>> => {
  const given = Map.groupBy(query, ([name]) => name);
  const issues: Issue[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, pairs] of given) {
    const all = pairs.map(([, value]) => value);
    if (!Object.hasOwn(entries, name))
      issues.push({ path: name.slice(0, MAX_LENGTH), message: 'is not a parameter here' });
    else if (REPEATABLE.includes(name)) values[name] = all;
    else if (all.length > 1) issues.push({ path: name, message: 'is given more than once' });
    else values[name] = all[0];
  }
  const parsed = v.safeParse(v.strictObject(entries), values, { abortPipeEarly: true });
  if (!parsed.success) {
    for (const issue of parsed.issues) issues.push({ path: nameOf(issue), message: messageOf(issue) });
  }
  if (issues.length > 0 || !parsed.success) throw new InvalidQuery(issues);
  return parsed.output;
};

const nameOf = (issue: v.BaseIssue<unknown>): string => String(issue.path?.[0]?.key ?? '');
const messageOf = ({ kind, message }: v.BaseIssue<unknown>): string =>
  kind === 'schema' && message.startsWith('Invalid') ? 'is needed' : message;

type Filters = v.InferOutput<v.StrictObjectSchema<typeof FILTERS, undefined>>;

const DEFAULT_DAYS = 30;

/** The filters that parameters name; throws InvalidQuery if they are not a period. */
export const filtersOf = (parameters: Filters): CallFilters & { zone: string } => {
  const { zone = stageZone(), from, to, agent, callback, ...filters } = parameters;
  return {
    ...filters,
    ...periodOf({ from, to, zone }),
    zone,
    agents: agent,
    callbacks: callback?.split(','),
  };
};

/** From and to as ISO 8601 UTC; throws InvalidQuery. */
export const periodOf = (period: {
  from?: string | undefined;
  to?: string | undefined;
  zone: string;
}): { from: string; to: string | undefined } => {
  const { zone } = period;
  const to = period.to === undefined ? undefined : timeOf('to', period.to, zone);
  const end = to === undefined ? Date.now() : Date.parse(to);
  const from =
    period.from === undefined
      ? new Date(end - DEFAULT_DAYS * 86_400_000).toISOString()
      : timeOf('from', period.from, zone);
  if (to !== undefined && from >= to)
    throw new InvalidQuery([{ path: 'from', message: 'must be before to' }]);
  return { from, to };
};

const timeOf = (name: 'from' | 'to', written: string, zone: string): string => {
  const time = readTime(written, zone, name);
  if (time !== undefined) return time;
  throw new InvalidQuery([
    {
      path: name,
      message: 'must be a date like 2026-11-26 or a time like 2026-11-26T08:00:00Z; in a URL write + as %2B',
    },
  ]);
};
