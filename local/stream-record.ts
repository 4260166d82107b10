import type { DynamoDBRecord, StreamRecord } from 'aws-lambda';
import type { Item } from 'dynalite/db/index.js';

/** The view type of a stream. */
export type View = NonNullable<StreamRecord['StreamViewType']>;

/** A change of an item: without `before` it is new, without `after` it was deleted. */
export type Change = { before?: Item; after?: Item };

type Source = { keys: string[]; view: View; isService: boolean };

/** The change as a record of DynamoDB's stream. */
export const streamRecord = (change: Change, sequence: string, source: Source): DynamoDBRecord => {
  const { before, after } = change;
  const { view, isService } = source;
  const shows = (image: string) => view === image || view === 'NEW_AND_OLD_IMAGES';
  return {
    eventID: sequence,
    eventName: after === undefined ? 'REMOVE' : before === undefined ? 'INSERT' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'local',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      Keys: keysOf(after ?? before ?? {}, source.keys),
      ...(after && shows('NEW_IMAGE') && { NewImage: after }),
      ...(before && shows('OLD_IMAGE') && { OldImage: before }),
      SequenceNumber: sequence,
      StreamViewType: view,
    },
    ...(isService && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  };
};

/** The item's key attributes. */
export const keysOf = (item: Item, keys: string[]): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => keys.includes(name)));
