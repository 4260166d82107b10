import type { ComponentType, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../words/t.ts';
import { Button, Empty, Skeleton } from './parts.tsx';

/** A component whose code is loaded on first use; `whileLoading` takes its place until then. */
export const lazy = <Properties extends object>(
  load: () => Promise<{ default: ComponentType<Properties> }>,
  whileLoading: () => VNode = () => <Skeleton />,
): ComponentType<Properties> => {
  let loaded: ComponentType<Properties> | undefined;
  return (properties: Properties) => {
    const [, again] = useState(0);
    const [hasFailed, setHasFailed] = useState(false);
    useEffect(() => {
      if (loaded) return;
      load().then(
        ({ default: component }) => {
          loaded = component;
          again((n) => n + 1);
        },
        () => setHasFailed(true),
      );
    }, []);
    if (hasFailed) return <Outdated />;
    const Component = loaded;
    return Component ? <Component {...properties} /> : whileLoading();
  };
};

/** A deployment replaces the chunks, so a page that was loaded before cannot find its own. */
const Outdated = () => (
  <Empty title={t('outdated')}>
    <Button kind="primary" onClick={() => location.reload()}>
      {t('reload')}
    </Button>
  </Empty>
);
