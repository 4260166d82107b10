import { zonePreference } from './preferences.ts';
import { store } from './store.ts';

/** What the stage says of itself before anybody has signed in. */
export type Configuration = { issuer: string; clientId: string; scope: string; stage: string; zone: string };

export const configuration = store<Configuration | undefined>(undefined);

/** Reads it once; rejects if the stage cannot be reached. */
export const loadConfiguration = async (): Promise<Configuration> => {
  const known = configuration.get();
  if (known) return known;
  const response = await fetch('/config.json');
  if (!response.ok) throw new Error(`/config.json answered ${response.status}`);
  const loaded: Configuration = await response.json();
  configuration.set(loaded);
  return loaded;
};

/** The time zone in which times are shown and dates are read. */
export const zone = (): string => zonePreference.get() || configuration.get()?.zone || 'UTC';
