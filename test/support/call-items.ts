import type { CallItem } from '../../shared/calls/item.ts';

/** An item of the table of calls, with these fields. */
export const callItem = (id: string | number, fields: Partial<CallItem> = {}): CallItem => ({
  pk: `pns#${id}`,
  callback: 'pns',
  id: String(id),
  ref: 'a787c22d53684643',
  at: '2026-11-26T08:00:00.000Z#a787c22d53684643',
  slot: '2026-11-26#0',
  callerKey: '85235757583',
  calleeKey: undefined,
  legKey: undefined,
  agentKey: undefined,
  otherId: undefined,
  caller: '85235757583',
  startedAt: '2026-11-26T08:00:00.000Z',
  receivedAt: '2026-11-26T08:00:10.000Z',
  revisedAt: '2026-11-26T08:00:10.000Z',
  versions: 1,
  rev: 1,
  ...fields,
});
