import type { Callback } from '../shared/callbacks/callback.ts';

// AWS takes so many bytes of names and values.
const MOST_BYTES = 4_096;
// What a receiver is told besides networks and digests: its queue, its service and their names.
const OTHER_BYTES = 400;

const NETWORKS = 'ALLOWED_NETWORKS';

/** What is wrong with the size of the networks: they are in the environment of each receiver, beside its digests. */
export const sizeProblems = (env: NodeJS.ProcessEnv, callbacks: readonly Callback[]): string[] => {
  const sizeOf = (variable: string) => Buffer.byteLength(variable + (env[variable] ?? ''));
  const digests = Math.max(...callbacks.map(({ tokenVariable }) => sizeOf(tokenVariable)));
  const most = MOST_BYTES - OTHER_BYTES - digests - NETWORKS.length;
  const size = sizeOf(NETWORKS) - NETWORKS.length;
  return size <= most
    ? []
    : [
        `${NETWORKS} has ${size} bytes: it must be at most ${most}, because AWS gives a function ${MOST_BYTES} bytes of environment and the rest is taken. Join neighbouring networks into larger ones.`,
      ];
};
