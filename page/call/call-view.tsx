import { useEffect } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { Empty } from '../parts/parts.tsx';
import { go, hrefOf, place } from '../state/location.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';
import { CallDetails } from './call-details.tsx';
import { onEscape } from './keys.ts';
import { say } from './say.ts';

/** A call on its own page: `/call?pk=pns%2345`. Esc leads to all calls. */
export default function CallView() {
  const pk = useStore(place).query.get('pk') ?? '';
  useEffect(() => onEscape(() => go('/calls')), []);
  return (
    <div class="view call-page">
      <a class="back" href="/calls">
        <Icon name="back" /> {say('back')}
      </a>
      {pk === '' ? (
        <>
          <h1 class="visually-hidden">{t('call')}</h1>
          <Empty title={say('noKey')}>{say('noKey.why')}</Empty>
        </>
      ) : (
        <CallDetails key={pk} pk={pk} level={1} hrefOfCall={(other) => hrefOf('/call', { pk: other })} />
      )}
    </div>
  );
}
