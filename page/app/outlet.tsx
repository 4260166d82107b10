import type { ComponentType } from 'preact';
import { lazy } from '../parts/lazy.tsx';
import { Empty, Skeleton } from '../parts/parts.tsx';
import { views } from '../views.ts';
import { t } from '../words/t.ts';

const components: Readonly<Record<string, ComponentType>> = Object.fromEntries(
  Object.entries(views).map(([path, { load }]) => [path, lazy(load)]),
);

/** The view of a path, once somebody is signed in. */
export const Outlet = ({ path, isSignedIn }: { path: string; isSignedIn: boolean }) => {
  const [view, Component] = [views[path], components[path]];
  if (!view || !Component) {
    return (
      <Empty title={t('noSuchView')}>
        <a href="/calls">{t('toCalls')}</a>
      </Empty>
    );
  }
  if (isSignedIn) return <Component />;
  return (
    <div class="view">
      <h1>{t(view.title)}</h1>
      <Skeleton lines={12} />
    </div>
  );
};
