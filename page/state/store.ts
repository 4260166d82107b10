import { useLayoutEffect, useReducer } from 'preact/hooks';

/** A value that changes, for components to show. */
export type Store<Value> = {
  get: () => Value;
  set: (value: Value) => void;
  /** Calls back after each change; returns how to end that. */
  subscribe: (onChange: () => void) => () => void;
};

export const store = <Value>(initial: Value): Store<Value> => {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(value, next)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
};

/** The value of a store; the component renders again when it changes. */
export const useStore = <Value>(source: Store<Value>): Value => {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const value = source.get();
  useLayoutEffect(() => {
    // It may have changed since this was rendered.
    if (!Object.is(source.get(), value)) again(undefined as never);
    return source.subscribe(() => again(undefined as never));
  }, [source]);
  return value;
};
