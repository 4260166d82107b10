import { codeLabel } from '../../shared/calls/labels.ts';
import { clockOf, timeOf } from '../format/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Badge } from '../parts/parts.tsx';
import { Party } from '../parts/party.tsx';
import { hrefOf } from '../state/location.ts';
import { language } from '../state/preferences.ts';
import { t } from '../words/t.ts';
import { outcomeOf, type Row } from './row.ts';

type Props = {
  row: Row;
  /** Its index among all rows, from 0. */
  index: number;
  top: number;
  isOpen: boolean;
  isFresh: boolean;
  /** Tab stops at one row only; arrow keys move from there. */
  isStop: boolean;
  onOpen: (row: Row) => void;
};

/** A call in the list. All of it opens the call; its numbers can be copied. */
export const CallRow = ({ row, index, top, isOpen, isFresh, isStop, onOpen }: Props) => {
  const { tone, label } = outcomeOf(row);
  const chosen = language.get();
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(row);
  };
  return (
    <div
      role="row"
      class={`call ${isOpen ? 'open' : ''} ${isFresh ? 'fresh' : ''}`}
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" class="time">
        <a
          href={hrefOf('/call', { pk: row.pk })}
          data-pk={row.pk}
          tabIndex={isStop ? 0 : -1}
          aria-current={isOpen || undefined}
          onClick={open}
        >
          {timeOf(row.time).slice(0, 5)}
          <span class="seconds">{timeOf(row.time).slice(5)}</span>
        </a>
      </span>
      <span role="cell" class="product">
        {codeLabel('callback', row.callback, chosen)}
      </span>
      <span role="cell" class="direction">
        {row.direction && codeLabel('direction', row.direction, chosen)}
      </span>
      <span role="cell" class="parties">
        {row.caller && <Party written={row.caller} isCopied />}
        {row.callee && <Icon name="arrow" size={13} label={t('to')} />}
        {row.callee && <Party written={row.callee} isCopied />}
      </span>
      <span role="cell" class="agent" title={row.agent}>
        {row.agent}
      </span>
      <span role="cell" class="result">
        <Badge tone={tone} title={label}>
          {label}
        </Badge>
      </span>
      <span role="cell" class="talk">
        {row.talkSeconds !== undefined && row.talkSeconds > 0 && clockOf(row.talkSeconds)}
      </span>
      <span role="cell" class="recording" title={row.hasRecording ? t('hasRecording') : undefined}>
        {row.hasRecording && (
          <>
            <Icon name="play" size={12} />
            <span class="visually-hidden">{t('hasRecording')}</span>
          </>
        )}
      </span>
    </div>
  );
};
