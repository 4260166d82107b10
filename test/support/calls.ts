import { callbacks } from '../../shared/callbacks/list.ts';
import { type Call, foldCall } from '../../shared/calls/fold.ts';
import { type Delivery, type Reception, receive } from '../../shared/deliveries/delivery.ts';

export const callbackNamed = (name: string) => {
  const found = callbacks.find((callback) => callback.name === name);
  if (found === undefined) throw new Error(`there is no callback ${name}`);
  return found;
};

const START = Date.parse('2026-11-26T04:04:11.000Z');

/** A body as its receiver reads it, the n-th to arrive. */
export const reception = (callback: string, body: string | object, n = 0): Reception =>
  receive(
    callbackNamed(callback),
    Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    new Date(START + n * 1000).toISOString(),
  );

/** The deliveries of bodies that arrived in this order; throws if one of them is none. */
export const deliveries = (callback: string, bodies: readonly (string | object)[]): Delivery[] =>
  bodies.map((body, n) => {
    const received = reception(callback, body, n);
    if (!received.accepted) throw new Error(JSON.stringify(received.issues));
    return received.item;
  });

/** The call that bodies make. */
export const callOf = (callback: string, ...bodies: (string | object)[]): Call => {
  const call = foldCall(callbackNamed(callback), deliveries(callback, bodies));
  if (call === undefined) throw new Error('these bodies tell of no call');
  return call;
};

/** A body of a callback with these fields, and an identity. */
export const bodyOf = (callback: string, fields: object): object => {
  if (callback === 'icc') return { data: { id: 'icc-1', ...fields } };
  if (callback === 'predictive') return { uuid: 'uuid-1', type: 2, state: 1, time: 1558677782, ...fields };
  return { callId: 'call-1', ...fields };
};

/** The call that these fields of one body make. */
export const callWith = (callback: string, fields: object): Call =>
  callOf(callback, bodyOf(callback, fields));
