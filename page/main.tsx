import { render } from 'preact';
import { App } from './app/app.tsx';
import { startSession } from './sign-in/session.ts';
import { loadConfiguration } from './state/configuration.ts';
import { followLinks } from './state/location.ts';
import { applyPreferences } from './state/preferences.ts';
import { views } from './views.ts';

const start = async (): Promise<void> => {
  applyPreferences();
  followLinks();
  const root = document.getElementById('app');
  if (root) render(<App />, root);
  // What is shown after the sign-in is on its way meanwhile.
  views['/calls']?.load();
  await loadConfiguration().catch(() => {});
  await startSession();
};

start();
