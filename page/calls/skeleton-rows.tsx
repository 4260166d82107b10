import { useEffect, useState } from 'preact/hooks';
import { t } from '../words/t.ts';

const SLOW_MS = 3_000;
const ROWS = 16;

/** Placeholders of rows that are loading. */
export const SkeletonRows = () => {
  const [isSlow, setIsSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="skeleton-rows" role="status" aria-label={t('loading')}>
      {isSlow && <p class="below">{t('slow')}</p>}
      {Array.from({ length: ROWS }, (_, n) => (
        <div key={n}>
          <i />
          <i />
          <i />
          <i />
        </div>
      ))}
    </div>
  );
};
