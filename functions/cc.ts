import { cc } from '../shared/callbacks/cc.ts';
import { receiver } from '../shared/receiving/receiver.ts';

export const handler = receiver(cc);
