import type { ComponentType } from 'preact';
import { lazy } from '../parts/lazy.tsx';
import { Empty, Skeleton } from '../parts/parts.tsx';
import { type View, views } from '../views.ts';
import { t } from '../words/t.ts';

const Loading = ({ title }: View) => (
  <div class="view">
    <h1>{t(title)}</h1>
    <Skeleton lines={12} />
  </div>
);

const components: Readonly<Record<string, ComponentType>> = Object.fromEntries(
  Object.entries(views).map(([path, view]) => [path, lazy(view.load, () => <Loading {...view} />)]),
);

/** The view of a path, once somebody is signed in. */
export const Outlet = ({ path, isSignedIn }: { path: string; isSignedIn: boolean }) => {
  const [view, Component] = [views[path], components[path]];
  if (view && Component) return isSignedIn ? <Component /> : <Loading {...view} />;
  return (
    <Empty title={t('noSuchView')}>
      <a href="/calls">{t('toCalls')}</a>
    </Empty>
  );
};
