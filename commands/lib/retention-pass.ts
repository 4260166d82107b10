import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Retention } from '../../infrastructure/retention.ts';
import { isLive } from '../../shared/deliveries/expiry.ts';
import { expiryOf } from '../../shared/deliveries/retention.ts';
import { paceOf } from './pace.ts';
import { allSegments, type Segment, scanPages } from './page-scan.ts';
import type { Tables } from './stage.ts';

/** How far the bodies of a stage are brought to a retention. */
export type Position = {
  retention: Retention;
  segments: Segment[];
  /** How many bodies were looked at, of how many the expiry has changed, and how many of these are hidden now and were not before. */
  seen: number;
  changed: number;
  hidden: number;
};

const SEGMENTS = 8;

/** Where it starts. */
export const startPosition = (retention: Retention): Position => ({
  ...{ retention, segments: allSegments(SEGMENTS) },
  ...{ seen: 0, changed: 0, hidden: 0 },
});

/** As much of an item of the table of deliveries as it takes; what the archiver did, and tombstones, have no `callback`. */
type Body = { pk: string; sk: string; callback?: string; receivedAt: string; expiresAt?: number };

type Pass = {
  tables: Tables;
  /** Kept up to date. */
  position: Position;
  /** Bodies a second at most. */
  rate: number;
  isDry: boolean;
  /** Called when the position is another. */
  onPage: (seen: number) => void;
};

const PAGE = 100;
const AT_ONCE = 10;

/** Lets every body expire by the settings in the environment; what was made of them follows by the projector. */
export const expireBodies = async (
  { tables, position, rate, isDry, onPage }: Pass,
  signal: AbortSignal,
): Promise<void> => {
  const pace = paceOf(rate, signal);
  const take = async (items: Body[]) => {
    const bodies = items.filter(({ callback }) => callback !== undefined) as (Body & { callback: string })[];
    const due = bodies.map((body) => ({ body, expiresAt: expiryOf(body) })).filter(isOther);
    const changes = due.values();
    const done: Change[] = [];
    const work = async () => {
      for (const change of changes) {
        if (!isDry) await pace();
        if (isDry || (await write(tables, change, signal))) done.push(change);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { seen: bodies.length, done };
  };
  const { dynamodb, deliveriesTable: table } = tables;
  const attributes = 'pk, sk, callback, receivedAt, expiresAt';
  await scanPages<Body, Awaited<ReturnType<typeof take>>>(
    {
      ...{ dynamodb, table, attributes, take, segments: position.segments, length: PAGE },
      onPage: (_, { seen, done } = { seen: 0, done: [] }) => {
        position.seen += seen;
        position.changed += done.length;
        position.hidden += done.filter(isHiddenNow).length;
        onPage(position.seen);
      },
    },
    signal,
  );
};

type Change = { body: Body; expiresAt: number | undefined };

const isOther = ({ body, expiresAt }: Change): boolean => body.expiresAt !== expiresAt;

const isHiddenNow = ({ body, expiresAt }: Change): boolean => isLive(body) && !isLive({ expiresAt });

/** Changes when a body expires; false if it is gone, or has come again, meanwhile: the consumer knows the retention then. */
const write = async (
  { dynamodb, deliveriesTable }: Tables,
  { body: { pk, sk, receivedAt }, expiresAt }: Change,
  abortSignal: AbortSignal,
): Promise<boolean> => {
  const update = new UpdateItemCommand({
    TableName: deliveriesTable,
    Key: marshall({ pk, sk }),
    UpdateExpression: expiresAt === undefined ? 'REMOVE expiresAt' : 'SET expiresAt = :expiresAt',
    ConditionExpression: 'receivedAt = :receivedAt',
    ExpressionAttributeValues: marshall(
      { ':receivedAt': receivedAt, ':expiresAt': expiresAt },
      { removeUndefinedValues: true },
    ),
  });
  try {
    await dynamodb.send(update, { abortSignal });
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};
