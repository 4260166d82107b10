import { type OpenPlatformOptions, pause } from '../nxcloud/open-platform.ts';

const PACE_MS = 500;

/** Waits between two requests; rejects with the signal's reason. */
export const pace = ({
  paceMs = PACE_MS,
  signal,
}: Pick<OpenPlatformOptions, 'signal'> & { paceMs?: number }): Promise<void> => pause(paceMs, signal);
