import { useEffect } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { IconButton } from '../parts/parts.tsx';
import { hrefOf, place } from '../state/location.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';
import { CallDetails } from './call-details.tsx';
import { onCallKeys } from './keys.ts';
import { say } from './say.ts';

type Props = {
  pk: string;
  /** It stands beside the list of calls, which closes it. */
  onClose: () => void;
  /** Goes to the next call of the list, or to the one before it. */
  onStep?: (step: 1 | -1) => void;
};

/** A call beside the list of calls. Esc closes it, j and k go through the list. */
export default function CallPanel({ pk, onClose, onStep }: Props) {
  const { path, query } = useStore(place);
  useEffect(() => onCallKeys({ close: onClose, ...(onStep && { step: onStep }) }), [onClose, onStep]);
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
        <IconButton icon="close" label={t('close')} onClick={onClose} />
      </div>
      <CallDetails key={pk} pk={pk} level={2} hrefOfCall={(call) => hrefOf(path, { call }, query)} />
    </div>
  );
}
