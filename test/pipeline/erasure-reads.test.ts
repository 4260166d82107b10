import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, test } from 'vitest';
import { dynamodb as functionsDynamodb } from '../../shared/deliveries/dynamodb.ts';
import { type FoundCall, findCalls } from '../../shared/erasure/find.ts';
import { type PhoneNumber, phoneNumberOf } from '../../shared/erasure/phone-number.ts';
import { callOf } from '../support/calls.ts';
import { writeCalls } from '../support/many-calls.ts';
import { useOwnTables } from '../support/own-tables.ts';
import { dynamodb } from '../support/pipeline.ts';

const WHO = '85263149027';
const NUMBER = phoneNumberOf(WHO) as PhoneNumber;
const MANY = 20_000;
const SAME_END = 2_000;
const MINE = 40;

const digits = (n: number, length: number) => String(n).padStart(length, '0');
const startAt = (n: number) => 1_781_000_000 + n * 30;

/** Calls of many numbers, of which thousands have the same last seven digits, and forty are one's. */
const makeUp = () => [
  ...Array.from({ length: MANY - SAME_END - MINE }, (_, n) =>
    callOf('pns', {
      id: 3 * MANY + n,
      startAt: startAt(n),
      caller: `8521${digits(n, 7)}`,
      callee: `8613${digits(n, 9)}`,
    }),
  ),
  ...Array.from({ length: SAME_END }, (_, n) =>
    callOf('pns', { id: MANY + n, startAt: startAt(n), caller: `9${digits(n, 4)}3149027`, callee: '4444' }),
  ),
  ...Array.from({ length: MINE }, (_, n) =>
    callOf('pns', { id: 2 * MANY + n, startAt: startAt(n), ...partyOf(n) }),
  ),
];

const partyOf = (n: number): object => {
  if (n % 4 === 0) return { caller: WHO, callee: '4444' };
  if (n % 4 === 1) return { caller: '4444', callee: `+${WHO}` };
  const leg = { callType: 2, caller: '85235757584', callee: WHO };
  if (n % 4 === 2) return { caller: '4444', callee: '5555', legList: [leg] };
  return { caller: '4444', legList: [{ callType: 1, caller: '85233334444' }, leg] };
};

beforeAll(async () => {
  await useOwnTables('erasure-reads');
  await writeCalls(dynamodb, process.env.CALLS_TABLE ?? '', makeUp());
});

/** What DynamoDB bills for all that an index has for a key. */
const unitsOf = async (IndexName: string, attribute: string, value: string): Promise<number> => {
  const query = {
    TableName: process.env.CALLS_TABLE,
    IndexName,
    KeyConditionExpression: '#key = :key',
    ExpressionAttributeNames: { '#key': attribute },
    ExpressionAttributeValues: { ':key': { S: value } },
    ReturnConsumedCapacity: 'TOTAL' as const,
  };
  let units = 0;
  for await (const { ConsumedCapacity } of paginateQuery({ client: dynamodb }, query))
    units += ConsumedCapacity?.CapacityUnits ?? 0;
  return units;
};

test(`of ${MANY} calls it reads what the indexes have for the last digits, and finds all that are one's`, async () => {
  const asked: string[] = [];
  functionsDynamodb.middlewareStack.add((next, { commandName }) => (args) => {
    asked.push(commandName ?? '');
    return next(args);
  });
  let [units, reads] = [0, 0];
  const onRead = (more: number) => {
    units += more;
    reads++;
  };
  const found: FoundCall[] = [];
  for await (const call of findCalls(NUMBER, { abortSignal: AbortSignal.timeout(60_000), onRead }))
    found.push(call);
  const held =
    (await unitsOf('byCaller', 'callerKey', '3149027')) +
    (await unitsOf('byCallee', 'calleeKey', '3149027')) +
    (await unitsOf('byLeg', 'legKey', '3149027')) +
    (await unitsOf('byLeg', 'legKey', 'several:'));

  expect(found.filter(({ match }) => match === 'same')).toHaveLength(MINE);
  expect(found).toHaveLength(MINE);
  // Each request is rounded up to half a unit.
  expect(units).toBeLessThanOrEqual(held + reads / 2);
  expect(units).toBeLessThan(MANY / 20);
  // The calls that only a leg tells are read by their keys: ten of one party, and ten of several.
  expect(asked.filter((name) => name === 'BatchGetItemCommand')).toHaveLength(2);
  expect(asked.filter((name) => name !== 'BatchGetItemCommand' && name !== 'QueryCommand')).toEqual([]);
  expect(asked.filter((name) => name === 'QueryCommand')).toHaveLength(reads);
});
