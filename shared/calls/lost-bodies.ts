import type { Delivery } from '../deliveries/delivery.ts';
import type { CallItem } from './item.ts';

/** Whether bodies of a call went and none came: they are not folded anew then, and the call goes with the last of them. */
export const hasLostBodies = (item: CallItem | undefined, bodies: readonly Delivery[]): item is CallItem =>
  item !== undefined &&
  bodies.length < item.versions &&
  bodies.every(({ receivedAt }) => receivedAt <= item.revisedAt);
