import { render } from 'preact';
import { App } from './app/app.tsx';
import { startSession } from './sign-in/session.ts';
import { loadConfiguration } from './state/configuration.ts';
import { followLinks, place } from './state/location.ts';
import { applyPreferences, language } from './state/preferences.ts';
import { views } from './views.ts';
import { loadWords } from './words/t.ts';

const root = document.getElementById('app') ?? document.body;

/** Shown if no words could be loaded. */
const Broken = () => (
  <main class="entrance">
    <p>The page could not be loaded. · 页面加载失败。</p>
    <button type="button" class="button primary" onClick={() => location.reload()}>
      Reload · 刷新
    </button>
  </main>
);

const ignore = () => {};

const start = async (): Promise<void> => {
  applyPreferences();
  followLinks();
  const signedIn = loadConfiguration().catch(ignore).then(startSession);
  // Loads the view behind the sign-in meanwhile.
  views[place.get().path]?.load().catch(ignore);
  await loadWords(language.get());
  render(<App />, root);
  await signedIn;
};

start().catch(() => render(<Broken />, root));
