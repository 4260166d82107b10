import { callAt, post } from './pipeline.ts';

/** A PNS call as its callback tells of it; times are in seconds. */
export type MadeUp = {
  callId: string;
  caller?: string;
  callee?: string;
  startAt?: number;
  answerAt?: number;
  hangupAt?: number;
  duration?: number;
};

const now = (): number => Math.floor(Date.now() / 1000);

/**
 * Sends a PNS call to the stack, answered and a minute long unless told otherwise; resolves when it
 * can be listed.
 */
export const sendCall = async ({ callId, ...given }: MadeUp): Promise<string> => {
  const { startAt = now() - 70, ...fields } = given;
  await post('pns', {
    callId,
    caller: '85255500142',
    callee: '85255500900',
    startAt,
    answerAt: startAt + 9,
    hangupAt: startAt + 69,
    duration: 60,
    ...fields,
  });
  const pk = `pns#call:${callId}`;
  await callAt(pk);
  return pk;
};

/**
 * A step of a predictive call, in the product's codes: `type` 1 is the agent's leg and 2 the
 * customer's.
 */
export type Step = {
  type: 1 | 2;
  /** 1 calling, 3 answered, 4 hung up. */
  state: 1 | 3 | 4;
  time?: number;
  callphone?: string;
  agentid?: number;
  username?: string;
};

/** Tells of a step of a predictive call; resolves when the call is there. */
export const sendEvent = async (uuid: string, step: Step): Promise<string> => {
  await post('predictive', { uuid, callphone: '6281255500613', time: now(), ...step });
  const pk = `predictive#${uuid}`;
  await callAt(pk);
  return pk;
};
