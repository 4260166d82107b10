import type { Leg } from '../../shared/calls/call.ts';
import type { FIELD_LABELS, LEG_LABELS } from '../../shared/calls/labels.ts';
import type { CallView } from '../../shared/calls/view.ts';

/** How the value of a fact is shown. `id` and `number` can be copied. */
export type FactKind = 'text' | 'id' | 'number' | 'code' | 'seconds' | 'time' | 'steps' | 'keys' | 'agent';

/** A fact about a call, or about a leg. */
export type Fact = { field: string; kind: FactKind; value: string | number | string[] };

/** Related facts under a title. */
export type FactGroup = { title: GroupTitle; facts: Fact[] };

export type GroupTitle = keyof typeof GROUPS;

type Field = keyof typeof FIELD_LABELS;
type Kinds = Partial<Record<Field, FactKind>>;

/** The groups, and the fields of each, in order. */
const GROUPS = {
  call: {
    agentName: 'agent',
    agentNickname: 'text',
    agentId: 'id',
    agentPhone: 'id',
    skillGroupId: 'id',
    talkSeconds: 'seconds',
    waitSeconds: 'seconds',
    queueSeconds: 'seconds',
    ringSeconds: 'seconds',
    wrapUpSeconds: 'seconds',
    hangupBy: 'code',
    hangupReason: 'text',
    statusText: 'text',
    intent: 'text',
    satisfaction: 'code',
    channel: 'code',
  },
  customer: {
    customerName: 'text',
    customerId: 'id',
    customerRegion: 'text',
    customerCarrier: 'text',
  },
  ivr: { ivrPath: 'steps', dtmf: 'keys' },
  numbers: {
    caller: 'number',
    callee: 'number',
    did: 'number',
    didX: 'number',
    didY: 'number',
    extensionX: 'id',
    extensionCaller: 'id',
    extensionCallee: 'id',
    accessNumber: 'id',
  },
  quality: {
    mos: 'text',
    sipCode: 'text',
    hangupCode: 'text',
    hangupCause: 'text',
    lineIp: 'id',
    mediaIp: 'id',
    cost: 'text',
  },
  ids: {
    callId: 'id',
    id: 'id',
    orderId: 'id',
    taskId: 'id',
    tenantId: 'id',
    businessId: 'id',
    transferId: 'id',
    bindId: 'id',
    customerBindId: 'id',
    bindType: 'text',
    requestId: 'id',
    recordingId: 'id',
    passthrough: 'id',
    ref: 'id',
    recordCreatedAt: 'time',
    pickedUpAt: 'time',
  },
} as const satisfies Record<string, Kinds>;

/**
 * The facts about a call beside its result, timeline, recordings, form and bodies; no group is
 * empty.
 */
export const factsOf = (call: CallView): FactGroup[] => {
  const shown = { ...call, ...agentOnce(call) };
  return (Object.keys(GROUPS) as GroupTitle[])
    .map((title) => ({ title, facts: Object.entries(GROUPS[title]).flatMap(factOf(shown)) }))
    .filter(({ facts }) => facts.length > 0);
};

const factOf =
  (record: object) =>
  ([field, kind]: [string, FactKind]): Fact[] => {
    const value = (record as Record<string, Fact['value'] | undefined>)[field];
    if (value === undefined || isNothing(field, value)) return [];
    return [{ field, kind, value: kind === 'steps' ? stepsOf(String(value)) : value }];
  };

// ICC sends 0 and -1 for a call that nobody rated.
const isNothing = (field: string, value: Fact['value']): boolean =>
  value === '' || (field === 'satisfaction' && Number(value) <= 0);

/** An agent's name that is also an id, and equal ids, are shown once. */
const agentOnce = ({ agentName, agentNickname, agentId, id, callId }: CallView) => ({
  ...(agentNickname === agentName && { agentNickname: undefined }),
  ...(agentId === agentName && { agentId: undefined }),
  ...(id === callId || id === `call:${callId}` ? { id: undefined } : {}),
});

const stepsOf = (path: string): string[] =>
  path
    .split('>')
    .map((step) => step.trim())
    .filter((step) => step !== '');

const LEG_KINDS = {
  caller: 'number',
  callee: 'number',
  talkSeconds: 'seconds',
  ringSeconds: 'seconds',
  hangupReason: 'text',
  hangupCode: 'text',
  statusText: 'text',
  status: 'text',
  extensions: 'id',
  legId: 'id',
  carrierCallId: 'id',
} as const satisfies Partial<Record<keyof typeof LEG_LABELS, FactKind>>;

/** The facts about a leg beside the timeline and its recording. */
export const factsOfLeg = (leg: Leg): Fact[] => Object.entries(LEG_KINDS).flatMap(factOf(leg));
