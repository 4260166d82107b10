import type { Delivery } from '../../shared/deliveries/delivery.ts';
import { deliveries } from './calls.ts';

/** The item that the Call Center receiver makes of a call of this id. */
export const ccDelivery = (id: string, fields: object = {}): Delivery => {
  const [item] = deliveries('cc', [{ callId: id, ...fields }]);
  if (item === undefined) throw new Error('no delivery');
  return { ...item, receivedAt: new Date().toISOString() };
};
