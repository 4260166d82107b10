import type { ComponentType } from 'preact';
import type { IconName } from './parts/icon.tsx';
import type { Word } from './words/t.ts';

/** A view of the page. Its code is a chunk that is loaded when the view is first shown. */
export type View = {
  title: Word;
  load: () => Promise<{ default: ComponentType }>;
  /** The icon of its entry in the navigation, if it has one. */
  icon?: IconName;
};

/**
 * The views by their paths, in the order of the navigation. Each path is also a route of
 * serverless.yml.
 */
export const views: Readonly<Record<string, View>> = {
  '/calls': { title: 'calls', icon: 'calls', load: () => import('./calls/calls-view.tsx') },
  '/call': { title: 'call', load: () => import('./call/call-view.tsx') },
  '/reports': { title: 'reports', icon: 'reports', load: () => import('./reports/reports-view.tsx') },
  '/status': { title: 'status', icon: 'status', load: () => import('./status/status-view.tsx') },
};
