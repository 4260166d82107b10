import { zoneName } from '../format/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Menu } from '../parts/menu.tsx';
import { Segments } from '../parts/segments.tsx';
import { session, signOut } from '../sign-in/session.ts';
import { configuration } from '../state/configuration.ts';
import { place } from '../state/location.ts';
import { language, theme } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { views } from '../views.ts';
import { chooseLanguage, t } from '../words/t.ts';
import { ZoneMenu } from './zone-menu.tsx';

/** The links to the views, and the settings of the page. */
export const Navigation = () => {
  const { path } = useStore(place);
  const stage = useStore(configuration)?.stage;
  return (
    <nav class="navigation" aria-label={t('navigation')}>
      <a class="brand" href="/calls">
        <b>nxcloud-callbacks</b>
        <small>{stage && `${stage} · ${zoneName()}`}</small>
      </a>
      {Object.entries(views).map(
        ([to, { title, icon }]) =>
          icon && (
            <a key={to} class="to" href={to} aria-current={path === to ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{t(title)}</span>
            </a>
          ),
      )}
      <div class="foot">
        <Settings />
      </div>
      <div class="foot-menu">
        <Menu kind="row" align="end" name={t('settings')} label={<Icon name="more" label={t('settings')} />}>
          {() => <Settings />}
        </Menu>
      </div>
    </nav>
  );
};

const Settings = () => {
  const signedIn = useStore(session);
  return (
    <div class="settings">
      <Segments
        label={t('language')}
        chosen={useStore(language)}
        options={[
          { value: 'en', label: 'English' },
          { value: 'zh', label: '中文' },
        ]}
        onChange={chooseLanguage}
      />
      <Segments
        label={t('theme')}
        chosen={useStore(theme)}
        options={[
          { value: 'auto', label: t('theme.auto') },
          { value: 'light', label: t('theme.light') },
          { value: 'dark', label: t('theme.dark') },
        ]}
        onChange={theme.set}
      />
      <ZoneMenu />
      {signedIn.state === 'signedIn' && (
        <>
          <span class="user" title={signedIn.user}>
            {signedIn.user}
          </span>
          <button type="button" class="row" onClick={signOut}>
            {t('signOut')}
          </button>
        </>
      )}
    </div>
  );
};
