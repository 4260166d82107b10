import type { Callback } from '../../shared/callbacks/callback.ts';
import { callbacks } from '../../shared/callbacks/list.ts';
import { CommandError } from './command-error.ts';

/**
 * The callback of that name, or all of them without a name; throws a CommandError if there is no
 * such callback.
 */
export const chooseCallbacks = (name?: string): [Callback, ...Callback[]] => {
  const [chosen, ...others] = callbacks.filter((callback) => name === undefined || callback.name === name);
  if (chosen !== undefined) return [chosen, ...others];
  const names = callbacks.map((callback) => callback.name);
  throw new CommandError(`There is no callback ${name}: give one of ${names.join(', ')}.`);
};
