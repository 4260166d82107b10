import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button, Empty, Skeleton } from '../parts/parts.tsx';
import { views } from '../views.ts';
import { t } from '../words/t.ts';

const loaded = new Map<string, ComponentType>();

/** The view of a path, once its code is there and somebody is signed in. */
export const Outlet = ({ path, isSignedIn }: { path: string; isSignedIn: boolean }) => {
  const [, again] = useState(0);
  const [hasFailed, setHasFailed] = useState(false);
  const view = views[path];
  useEffect(() => {
    if (!view || loaded.has(path)) return;
    setHasFailed(false);
    view.load().then(
      ({ default: component }) => {
        loaded.set(path, component);
        again((n) => n + 1);
      },
      () => setHasFailed(true),
    );
  }, [path]);

  if (!view) {
    return (
      <Empty title={t('noSuchView')}>
        <a href="/calls">{t('toCalls')}</a>
      </Empty>
    );
  }
  // A deployment replaces the chunks: those of a page that was loaded before are gone.
  if (hasFailed) {
    return (
      <Empty title={t('outdated')}>
        <Button kind="primary" onClick={() => location.reload()}>
          {t('reload')}
        </Button>
      </Empty>
    );
  }
  const Component = loaded.get(path);
  if (!Component || !isSignedIn) {
    return (
      <div class="view">
        <h1>{t(view.title)}</h1>
        <Skeleton lines={12} />
      </div>
    );
  }
  return <Component />;
};
