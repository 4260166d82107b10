import db, { type Item, type Table } from 'dynalite/db/index.js';

// AWS counts bytes.
const MAX_BYTES = { HASH: 2048, RANGE: 1024 };

/**
 * Makes dynalite refuse the keys of tables and indexes that DynamoDB refuses: empty ones and long
 * ones.
 */
export const enforceKeyLimits = (): void => {
  const { validateItem, updateIndexes } = db;
  db.validateItem = (item, table) => validateItem(item, table) ?? problemOf(item, table);
  // An update is applied before its indexes, which are checked here.
  db.updateIndexes = (store, table, old, item, done) => {
    const problem = item && problemOf(item, table);
    if (problem) done(problem);
    else updateIndexes(store, table, old, item, done);
  };
};

const problemOf = (item: Item, table: Table): Error | undefined => {
  for (const { IndexName, KeySchema } of [{ ...table, IndexName: undefined }, ...indexesOf(table)]) {
    for (const { AttributeName, KeyType } of KeySchema) {
      const text = item[AttributeName]?.S ?? binary(item[AttributeName]?.B);
      if (text === undefined) continue;
      const length = Buffer.byteLength(text);
      if (length === 0 && IndexName) return db.validationError(emptyKey(IndexName, AttributeName));
      if (length > MAX_BYTES[KeyType]) return db.validationError(LONG_KEY[KeyType]);
    }
  }
  return undefined;
};

const indexesOf = ({ GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] }: Table) => [
  ...GlobalSecondaryIndexes,
  ...LocalSecondaryIndexes,
];

// Base64 in a request.
const binary = (value: string | undefined) => value && Buffer.from(value, 'base64');

const emptyKey = (index: string, key: string) =>
  `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index}, IndexKey: ${key}`;

const LONG_KEY = {
  HASH: 'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
  RANGE:
    'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
};
