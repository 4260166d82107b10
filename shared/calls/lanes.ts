import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../deliveries/dynamodb.ts';
import type { CallFilters } from './filters.ts';
import type { CallItem } from './item.ts';
import { AHEAD_SLOT, agentFilterKey, cutKey, SLOTS_PER_DAY, shardOf } from './keys.ts';
import { partyKey } from './party.ts';

/** A partition of an index of calls, read backwards in time. */
export type Lane = { index: string; attribute: string; value: string };

/**
 * The lanes that hold every call of filters with a party or an agent; undefined if only the lanes
 * of days do.
 */
export const lanesOf = ({ caller, callee, number, agents }: CallFilters): Lane[] | undefined => {
  if (caller !== undefined) return partyLanes(caller, ['byCaller']);
  if (callee !== undefined) return partyLanes(callee, ['byCallee']);
  if (number !== undefined) return partyLanes(number, ['byCaller', 'byCallee']);
  const keys = agents?.map(agentFilterKey);
  if (keys === undefined || keys.includes(undefined)) return undefined;
  return [...new Set(keys as string[])].map((value) => ({ index: 'byAgent', attribute: 'agentKey', value }));
};

const ATTRIBUTES = { byCaller: 'callerKey', byCallee: 'calleeKey' } as const;

const partyLanes = (written: string, indexes: ('byCaller' | 'byCallee')[]): Lane[] => {
  const key = partyKey(written);
  if (key === undefined) return [];
  return indexes.map((index) => ({ index, attribute: ATTRIBUTES[index], value: cutKey(key) }));
};

/** The lanes of a day, YYYY-MM-DD; only one of them can hold the call with this `ref`. */
export const lanesOfDay = (day: string, ref?: string): Lane[] => {
  const shards = ref === undefined ? Array.from({ length: SLOTS_PER_DAY }, (_, n) => n) : [shardOf(ref)];
  return shards.map((shard) => slotLane(`${day}#${shard}`));
};

/** The lane of calls dated after their arrival. */
export const aheadLane = (): Lane => slotLane(AHEAD_SLOT);

const slotLane = (value: string): Lane => ({ index: 'byTime', attribute: 'slot', value });

/** The lane of calls with this `callId` whose `pk` has another id. */
export const callIdLane = (callId: string): Lane => ({
  index: 'byCallId',
  attribute: 'otherId',
  value: cutKey(callId),
});

/**
 * Items of a lane, newest first: all that it has down to `frontier`, or all that it has if that is undefined, but for those that have
 * expired. `read` counts them too.
 */
export type Stretch = { items: CallItem[]; frontier: string | undefined; read: number; units: number };

type Period = { from: string; before: string };
type Read = [
  lane: Lane,
  period: Period,
  limit: number,
  abortSignal?: AbortSignal,
  fields?: readonly string[],
];

/**
 * Reads at most `limit` items of a lane from `from` to before `before`. With `fields`, items have
 * only these: that costs the same, and takes half the time.
 */
export const readLane = (...asked: Read): Promise<Stretch> =>
  readStretch(asked, {
    FilterExpression: 'attribute_not_exists(expiresAt) OR expiresAt > :now',
    values: { ':now': Math.floor(Date.now() / 1000) },
  });

/** As `readLane`, but with those that have expired and are not deleted yet. */
export const readLaneWithExpired = (...asked: Read): Promise<Stretch> => readStretch(asked);

const readStretch = async (
  [{ index, attribute, value }, { from, before }, limit, abortSignal, fields]: Read,
  { FilterExpression, values }: { FilterExpression?: string; values?: object } = {},
): Promise<Stretch> => {
  if (from >= before) return { items: [], frontier: undefined, read: 0, units: 0 };
  const projected = fields && projectionOf(fields);
  const query = {
    TableName: process.env.CALLS_TABLE,
    IndexName: index,
    // BETWEEN includes its ends, and no key lies between `before` and the key that sorts just below
    // it.
    KeyConditionExpression: '#key = :key AND #at BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#key': attribute, '#at': 'at', ...projected?.names },
    ProjectionExpression: projected?.expression,
    FilterExpression,
    ExpressionAttributeValues: marshall({
      ...{ ':key': value, ':from': from, ':to': justBelow(before) },
      ...values,
    }),
    ScanIndexForward: false,
    Limit: limit,
    ReturnConsumedCapacity: 'TOTAL' as const,
  };
  const {
    Items = [],
    ScannedCount = 0,
    LastEvaluatedKey,
    ConsumedCapacity,
  } = await dynamodb.send(new QueryCommand(query), abortSignal && { abortSignal });
  return {
    items: Items.map((item) => unmarshall(item) as CallItem),
    frontier: LastEvaluatedKey?.at?.S,
    read: ScannedCount,
    units: ConsumedCapacity?.CapacityUnits ?? 0,
  };
};

// By placeholders, because many names are reserved words of DynamoDB.
const projectionOf = (fields: readonly string[]) => ({
  names: Object.fromEntries(fields.map((field, n) => [`#f${n}`, field])),
  expression: fields.map((_, n) => `#f${n}`).join(),
});

/** The greatest text below `text` that an `at` can have; both are ASCII. */
const justBelow = (text: string): string =>
  `${text.slice(0, -1)}${String.fromCharCode(text.charCodeAt(text.length - 1) - 1)}\uffff`;
