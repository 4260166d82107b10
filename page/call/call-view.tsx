import { place } from '../state/location.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';
import CallPanel from './call-panel.tsx';

/** A call by itself, at `/call?pk=`. */
export default function CallView() {
  const { query } = useStore(place);
  return (
    <div class="view">
      <h1>{t('call')}</h1>
      <CallPanel pk={query.get('pk') ?? ''} />
    </div>
  );
}
