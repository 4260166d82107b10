import { predictive } from '../shared/callbacks/predictive.ts';
import { receiver } from '../shared/receiving/receiver.ts';

export const handler = receiver(predictive);
