import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import type { SQSEvent } from 'aws-lambda';

const dynamodb = DynamoDBDocument.from(new DynamoDB(), { marshallOptions: { removeUndefinedValues: true } });

/** What one writes first: one message after the other through the document client. */
export const handler = async ({ Records }: SQSEvent) => {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of Records) {
    try {
      await dynamodb.put({
        TableName: process.env.DELIVERIES_TABLE,
        Item: JSON.parse(body),
        ConditionExpression: 'attribute_not_exists(pk)',
      });
    } catch (error) {
      if ((error as Error).name !== 'ConditionalCheckFailedException') {
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
  }
  return { batchItemFailures };
};
