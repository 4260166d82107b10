import type { Callback } from './callback.ts';
import { cc } from './cc.ts';
import { icc } from './icc.ts';
import { pns } from './pns.ts';
import { predictive } from './predictive.ts';

/** Every callback. Receivers, alarms, tokens, replay and the like read this list. */
export const callbacks: readonly Callback[] = [cc, predictive, icc, pns];

/**
 * The callback and the id of a call by its `pk`; undefined for other items: rejected bodies,
 * agents, tombstones.
 */
export const callOfKey = (pk: string): { callback: Callback; id: string } | undefined => {
  const separator = pk.indexOf('#');
  const id = pk.slice(separator + 1);
  const callback = callbacks.find(({ name }) => name === pk.slice(0, separator));
  return callback?.isCall(id) ? { callback, id } : undefined;
};
