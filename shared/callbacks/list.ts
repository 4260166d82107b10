import type { Callback } from './callback.ts';
import { cc } from './cc.ts';
import { icc } from './icc.ts';
import { pns } from './pns.ts';
import { predictive } from './predictive.ts';

/** Every callback that there is. What goes by callback (receivers, alarms, tokens, replay, ...) takes it from here. */
export const callbacks: readonly Callback[] = [cc, predictive, icc, pns];
