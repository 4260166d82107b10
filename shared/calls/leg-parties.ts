import type { Leg } from './call.ts';

/**
 * Who is at the ends of a call by its legs: the caller of the caller's leg and the callee of the callee's. Between them the platform calls
 * by a number of the company. Of a leg that does not say whose it is, both.
 */
export const legParties = (legs: readonly Leg[] = []): string[] =>
  legs
    .flatMap(({ leg, caller, callee }) => [
      leg === 'callee' ? undefined : caller,
      leg === 'caller' ? undefined : callee,
    ])
    .filter((written) => written !== undefined);
