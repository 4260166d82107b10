import { expect, test } from 'vitest';
import { kindOf } from '../../../page/calls/search.ts';
import { groupsOf } from '../../../page/parts/party-groups.ts';

test.each([
  ['+852 3575-7581', 'number'],
  ['85235757581', 'number'],
  ['1001', 'number'],
  ['sip:1001@203.0.113.9', 'number'],
  ['NX09445G000025@203.0.113.9:5060', 'number'],
  ['1604763745256783873', 'id'],
  ['5c6f5869-752d-46fd-8ac0-797f83222279', 'id'],
  ['0605589a6d4c4cf9', 'id'],
  ['id:4711', 'agent'],
  ['fang.cheng@nxcloud.com', 'agent'],
  ['Fang Cheng', 'agent'],
  ['王小明', 'agent'],
  ['li.na', 'agent'],
])('%s is interpreted as a %s', (text, kind) => {
  expect(kindOf(text)).toBe(kind);
});

test.each([
  ['85255500142', ['852', '5550', '0142']],
  ['+85255500142', ['+852', '5550', '0142']],
  ['33330002', ['3333', '0002']],
  ['104906', ['104906']],
  ['1604763745256783873', ['1604763745256783873']],
  ['sip:1001@203.0.113.9', ['1001']],
  ['NX09445G000025@203.0.113.9:5060', ['NX09445G000025']],
  ['@', ['@']],
])('%s is shown as %j', (written, groups) => {
  expect(groupsOf(written)).toEqual(groups);
});
