import { useEffect } from 'preact/hooks';
import { Button } from '../parts/parts.tsx';
import { session, signIn } from '../sign-in/session.ts';
import { configuration } from '../state/configuration.ts';
import { place } from '../state/location.ts';
import { language, zonePreference } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { views } from '../views.ts';
import { t } from '../words/t.ts';
import { Navigation } from './navigation.tsx';
import { Notices } from './notices.tsx';
import { Outlet } from './outlet.tsx';

/** The page: its navigation and one view. */
export const App = () => {
  const { state, ...rest } = useStore(session);
  const { path } = useStore(place);
  const chosen = useStore(language);
  const zone = useStore(zonePreference);
  useStore(configuration);
  const title = views[path]?.title;
  useEffect(() => {
    document.title = `${title ? `${t(title)} · ` : ''}nxcloud-callbacks`;
  }, [title, chosen]);

  if (state === 'signedOut') {
    return (
      <Entrance title={t('signedOut')}>
        <Button kind="primary" onClick={signIn}>
          {t('signIn')}
        </Button>
      </Entrance>
    );
  }
  if (state === 'failed' && 'reason' in rest) {
    return (
      <Entrance title={t('signIn.failed')}>
        <p class="reason">{String(rest.reason)}</p>
        <Button kind="primary" onClick={signIn}>
          {t('retry')}
        </Button>
      </Entrance>
    );
  }
  return (
    <div class="app">
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <Navigation />
      <main id="main" tabIndex={-1} key={`${chosen} ${zone}`}>
        {state === 'ended' && (
          <div class="banner" role="alert">
            <span>{t('ended')}</span>
            <Button kind="primary" onClick={signIn}>
              {t('signIn.again')}
            </Button>
          </div>
        )}
        <Outlet path={path} isSignedIn={state !== 'starting'} />
      </main>
      <Notices />
    </div>
  );
};

const Entrance = ({ title, children }: { title: string; children: preact.ComponentChildren }) => (
  <main class="entrance">
    <h1>nxcloud-callbacks</h1>
    <p>{title}</p>
    {children}
  </main>
);
