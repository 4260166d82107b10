import { zonePreference } from './preferences.ts';
import { store } from './store.ts';

/** The stage's public settings, available before the sign-in. */
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

/** The time zone for showing times and reading dates. */
export const zone = (): string => zonePreference.get() || configuration.get()?.zone || 'UTC';
