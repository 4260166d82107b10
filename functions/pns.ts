import { pns } from '../shared/callbacks/pns.ts';
import { receiver } from '../shared/receiving/receiver.ts';

export const handler = receiver(pns);
