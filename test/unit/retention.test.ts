import { expect, test } from 'vitest';
import { expireRecordings } from '../../infrastructure/retention.ts';

const COLDER = { StorageClass: 'STANDARD_IA', TransitionInDays: 30 };

const ruleWith = (days: number): object | undefined => {
  const Rules = [{ Id: 'exports' }, { Id: 'recordings', Transitions: [COLDER] }];
  const FilesBucket = { Type: 'AWS::S3::Bucket', Properties: { LifecycleConfiguration: { Rules } } };
  expireRecordings({ Resources: { FilesBucket }, Outputs: {} }, days);
  return Rules[1];
};

test('recordings expire after RETENTION_DAYS', () => {
  expect(ruleWith(31)).toEqual({ Id: 'recordings', Transitions: [COLDER], ExpirationInDays: 31 });
});

test('recordings that expire earlier get no colder class, which S3 would refuse', () => {
  expect(ruleWith(30)).toEqual({ Id: 'recordings', ExpirationInDays: 30 });
});
