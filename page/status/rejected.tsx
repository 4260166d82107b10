import { useState } from 'preact/hooks';
import { codeLabel } from '../../shared/calls/labels.ts';
import { api } from '../api/api.ts';
import { type ApiError, asApiError } from '../api/api-error.ts';
import { useApi } from '../api/use-api.ts';
import { dateTimeOf } from '../format/format.ts';
import { Button, Copy, Failed, Panel, Skeleton } from '../parts/parts.tsx';
import { language } from '../state/preferences.ts';
import { t } from '../words/t.ts';
import { reasonOf } from './reasons.ts';

type RejectedItem = {
  receivedAt: string;
  callback: string;
  issues: { path: string; message: string }[];
  sk: string;
};

/** A page of rejected bodies, newest first. */
export type RejectedPage = { items: RejectedItem[]; cursor?: string; incomplete?: true };

const keyOf = ({ callback, sk }: RejectedItem): string => `${callback} ${sk}`;

/** The rejected bodies: why, and what they contain. */
export const Rejected = ({ newest }: { newest: RejectedPage }) => {
  const [older, setOlder] = useState<RejectedPage>();
  const [error, setError] = useState<ApiError>();
  const items = [
    ...new Map([...newest.items, ...(older?.items ?? [])].map((item) => [keyOf(item), item])).values(),
  ];
  const cursor = older ? older.cursor : newest.cursor;
  const more = () =>
    api<{ rejected: RejectedPage }>('/api/status', { query: { cursor } }).then(
      ({ rejected }) => {
        setError(undefined);
        setOlder({ ...rejected, items: [...(older?.items ?? []), ...rejected.items] });
      },
      (failure) => setError(asApiError(failure)),
    );
  return (
    <Panel
      title={t('rejected')}
      aside={items.length > 0 && <small class="faint">{t('rejected.replay')}</small>}
    >
      {items.length === 0 ? (
        <p class="none">{t('rejected.none')}</p>
      ) : (
        <ul class="rejected">
          {items.map((item) => (
            <Item key={keyOf(item)} item={item} />
          ))}
        </ul>
      )}
      {newest.incomplete && <p class="none">{t('rejected.incomplete')}</p>}
      {error && <Failed isSmall error={error} onRetry={more} />}
      {cursor && (
        <footer>
          <Button kind="quiet" onClick={more}>
            {t('rejected.more')}
          </Button>
        </footer>
      )}
    </Panel>
  );
};

const Item = ({ item }: { item: RejectedItem }) => {
  const [isOpen, setIsOpen] = useState(false);
  const { receivedAt, callback, issues } = item;
  return (
    <li>
      <div class="line">
        <time dateTime={receivedAt}>{dateTimeOf(receivedAt)}</time>
        <span class="what">{codeLabel('callback', callback, language.get())}</span>
        <span class="why">
          {issues.map((issue) => (
            <span key={issue.path + issue.message}>{reasonOf(issue)}</span>
          ))}
        </span>
        <button type="button" class="link" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {t(isOpen ? 'rejected.hide' : 'rejected.show')}
        </button>
      </div>
      {isOpen && <Body item={item} />}
    </li>
  );
};

type Received = { body: string; bodyEncoding?: 'base64' };

const Body = ({ item: { callback, sk } }: { item: RejectedItem }) => {
  const { data, error, again } = useApi<Received>('/api/call', { pk: `rejected#${callback}`, sk });
  if (error && !data) return <Failed error={error} onRetry={again} />;
  if (!data) return <Skeleton lines={2} />;
  return (
    <div class="code">
      <pre>{data.body}</pre>
      <Copy text={data.body} />
      {data.bodyEncoding && <small class="faint">{t('rejected.base64')}</small>}
    </div>
  );
};
