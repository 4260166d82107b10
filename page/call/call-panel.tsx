import { Icon } from '../parts/icon.tsx';
import { IconButton } from '../parts/parts.tsx';
import { hrefOf, place } from '../state/location.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';
import { CallDetails } from './call-details.tsx';
import { say } from './say.ts';

type Props = {
  pk: string;
  /** Set beside the list of calls, which closes it. */
  onClose?: () => void;
};

/** A call beside the list of calls. */
export default function CallPanel({ pk, onClose }: Props) {
  const { path, query } = useStore(place);
  return (
    <div class="call-panel">
      <div class="panel-tools">
        <a
          class="icon-button"
          href={hrefOf('/call', { pk })}
          aria-label={say('openAlone')}
          title={say('openAlone')}
        >
          <Icon name="external" />
        </a>
        {onClose && <IconButton icon="close" label={t('close')} onClick={onClose} />}
      </div>
      <CallDetails key={pk} pk={pk} level={2} hrefOfCall={(call) => hrefOf(path, { call }, query)} />
    </div>
  );
}
