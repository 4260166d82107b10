import { icc } from '../shared/callbacks/icc.ts';
import { receiver } from '../shared/receiving/receiver.ts';

export const handler = receiver(icc);
