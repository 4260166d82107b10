import { useEffect, useState } from 'preact/hooks';
import { codeLabel } from '../../shared/calls/labels.ts';
import { serverNow } from '../api/server-time.ts';
import { clockOf } from '../format/format.ts';
import { Button } from '../parts/parts.tsx';
import { Party } from '../parts/party.tsx';
import { hrefOf } from '../state/location.ts';
import { language } from '../state/preferences.ts';
import { t } from '../words/t.ts';
import { progressOf, progressSince, type Row } from './row.ts';

const FEW = 4;

type Props = { rows: readonly Row[]; openPk: string | undefined; onOpen: (row: Row) => void };

/** The calls in progress, with running clocks. */
export const GoingOn = ({ rows, openPk, onOpen }: Props) => {
  const [isWhole, setIsWhole] = useState(false);
  if (rows.length === 0) return null;
  return (
    <section class="going-on" aria-label={t('goingOn')}>
      <ul>
        {(isWhole ? rows : rows.slice(0, FEW)).map((row) => (
          <li key={row.pk}>
            <a
              href={hrefOf('/call', { pk: row.pk })}
              class={`${row.status} ${row.pk === openPk ? 'open' : ''}`}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                onOpen(row);
              }}
            >
              <Party written={row.callee ?? row.caller ?? row.pk} />
              <Clock since={progressSince(row)} />
              <small>
                {[codeLabel('callback', row.callback, language.get()), row.agent, progressOf(row)]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </a>
          </li>
        ))}
      </ul>
      {rows.length > FEW && (
        <Button kind="quiet" onClick={() => setIsWhole(!isWhole)}>
          {isWhole ? t('showFewer') : t('showAllGoingOn', { count: rows.length })}
        </Button>
      )}
    </section>
  );
};

const Clock = ({ since }: { since: string }) => {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time class="clock" dateTime={since}>
      {clockOf((now - Date.parse(since)) / 1000)}
    </time>
  );
};
