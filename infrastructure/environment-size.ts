import type { Callback } from '../shared/callbacks/callback.ts';

// AWS limits names and values together to this many bytes.
const MOST_BYTES = 4_096;
// The other variables of a receiver: its queue, its service and their names.
const OTHER_BYTES = 400;

const NETWORKS = 'ALLOWED_NETWORKS';

/**
 * The problem of the networks, if they are too long for the environment of a receiver, which also
 * holds its digests.
 */
export const sizeProblems = (env: NodeJS.ProcessEnv, callbacks: readonly Callback[]): string[] => {
  const sizeOf = (variable: string) => Buffer.byteLength(variable + (env[variable] ?? ''));
  const digests = Math.max(...callbacks.map(({ tokenVariable }) => sizeOf(tokenVariable)));
  const most = MOST_BYTES - OTHER_BYTES - digests - NETWORKS.length;
  const size = sizeOf(NETWORKS) - NETWORKS.length;
  return size <= most
    ? []
    : [
        `${NETWORKS} has ${size} bytes: it must be at most ${most}, because AWS limits a function's environment to ${MOST_BYTES} bytes and other variables need the rest. Join neighbouring networks into larger ones.`,
      ];
};
