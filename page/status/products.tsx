import { useEffect, useState } from 'preact/hooks';
import { codeLabel } from '../../shared/calls/labels.ts';
import { callsHref } from '../calls/filters.ts';
import { agoOf, dateTimeOf } from '../format/format.ts';
import { language } from '../state/preferences.ts';
import { t } from '../words/t.ts';
import type { CallbackStatus } from './status-view.tsx';

const TICK_MS = 10_000;

/** The last callback of each product, and the results of today's callbacks. */
export const Products = ({ callbacks }: { callbacks: readonly CallbackStatus[] }) => {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <ul class="products">
      {callbacks.map((callback) => (
        <Product key={callback.name} callback={callback} now={Math.max(now, Date.now())} />
      ))}
    </ul>
  );
};

const Product = ({
  callback: { name, lastReceivedAt, today },
  now,
}: {
  callback: CallbackStatus;
  now: number;
}) => {
  const { accepted, degraded, rejected, refused } = today;
  const state = rejected + refused > 0 ? 'warn' : lastReceivedAt === undefined ? 'off' : 'good';
  return (
    <li class="panel product">
      <h2>
        <i class={`dot ${state}`} />
        {codeLabel('callback', name, language.get())}
      </h2>
      <p class="last" title={lastReceivedAt && dateTimeOf(lastReceivedAt)}>
        {lastReceivedAt ? t('status.last', { ago: agoOf(lastReceivedAt, now) }) : t('status.never')}
      </p>
      <p class="today">
        <a href={callsHref({ callback: name, period: 'today' })}>
          {t('status.accepted', { count: accepted })}
        </a>
        {degraded > 0 && (
          <a class="warn" href={callsHref({ callback: name, period: 'today', issues: 'true' })}>
            {t('status.degraded', { count: degraded })}
          </a>
        )}
        {rejected > 0 && <span class="warn">{t('status.rejected', { count: rejected })}</span>}
        {refused > 0 && (
          <span class="warn" title={t('status.refused.is')}>
            {t('status.refused', { count: refused })}
          </span>
        )}
      </p>
      {refused > 0 && <p class="hint">{t('status.refused.is')}</p>}
    </li>
  );
};
