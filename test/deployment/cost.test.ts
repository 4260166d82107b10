import { expect, test } from 'vitest';
import { PARTS } from '../../commands/lib/cost.ts';
import { packagedStages } from '../support/template.ts';

const { ofType } = packagedStages();

test.each([
  ['CloudWatch alarms', 'AWS::CloudWatch::Alarm'],
  ['CloudWatch dashboard', 'AWS::CloudWatch::Dashboard'],
])('%s are billed as the template has them', (name, type) => {
  expect(PARTS.find((part) => part.name === name)?.idle).toBe(ofType('prod', type).length);
});
