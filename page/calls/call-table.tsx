import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { zone } from '../state/configuration.ts';
import { t } from '../words/t.ts';
import type { CallList, ListState } from './call-list.ts';
import type { Row } from './row.ts';
import { dayAt, firstSeen, linkOf, placeAbove, reveal } from './row-places.ts';
import { useDrawn } from './use-drawn.tsx';
import { useKeys } from './use-keys.ts';
import { lineAt, linesOf } from './virtual.ts';

const ROW_HEIGHT = 36;
const NARROW_ROW_HEIGHT = 62;
/** Up to this width a row has two lines, by calls.css. */
const NARROW_PX = 748;
const OVERSCAN_PX = 400;
const NEAR_END_PX = 1_500;
/** For this long after the pointer has moved, nothing moves under it. */
const QUIET_MS = 4_000;

type Props = {
  list: CallList;
  state: ListState;
  openPk: string | undefined;
  onOpen: (row: Row) => void;
  onClose: () => void;
  /** Holds the position of the first visible row, for refreshes. */
  readingAt: { current: string | undefined };
  above: ComponentChildren;
  below: ComponentChildren;
};

/**
 * The table, which renders only visible rows, and the parts above and below them in the same
 * scroller.
 */
export const CallTable = ({ list, state, openPk, onOpen, onClose, readingAt, above, below }: Props) => {
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const movedAt = useRef(0);
  const [window_, setWindow] = useState({ top: 0, height: 900, width: 1200 });
  const [stopPk, setStopPk] = useState<string>();
  const rowHeight = window_.width <= NARROW_PX ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  const { rows, fresh, held, isOutrun } = state;
  const lines = useMemo(() => linesOf(rows, rowHeight, zone()), [rows, rowHeight]);

  const measure = () => {
    const [outer, inner] = [scroller.current, body.current];
    if (!outer || !inner) return;
    const top = outer.scrollTop - inner.offsetTop;
    setWindow({ top, height: outer.clientHeight, width: outer.offsetWidth });
  };
  useLayoutEffect(() => {
    if (!scroller.current) return;
    const observer = new ResizeObserver(measure);
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(measure, [state.goingOn.length, state.isReady]);

  const isScrolled = window_.top > 4;
  const first = Math.max(0, lineAt(lines.all, window_.top));
  readingAt.current = isScrolled ? placeAbove(lines.all, first) : undefined;

  // New calls appear at the top while nobody points at what would move.
  const settle = () => list.hold(isScrolled || Date.now() - movedAt.current < QUIET_MS);
  useEffect(settle);
  useEffect(() => {
    const timer = setInterval(settle, 1_000);
    return () => clearInterval(timer);
  });

  const isNearEnd = window_.top + window_.height > lines.height - NEAR_END_PX;
  useEffect(() => {
    if (isNearEnd && state.isReady && !state.error) list.loadMore();
  }, [isNearEnd, lines.height, state.isReady, state.isLoadingMore, state.error]);

  const shown = lines.all.slice(
    lineAt(lines.all, window_.top - OVERSCAN_PX),
    lineAt(lines.all, window_.top + window_.height + OVERSCAN_PX) + 1,
  );

  const toTop = () => {
    movedAt.current = 0;
    list.hold(false);
    scroller.current?.scrollTo({ top: 0 });
  };

  useKeys({
    move: (step) => {
      movedAt.current = Date.now();
      const current = openPk ?? stopPk;
      const at = rows.findIndex(({ pk }) => pk === current);
      const next = rows[at < 0 ? firstSeen(lines.all, first) : at + step];
      if (!next) return;
      setStopPk(next.pk);
      if (openPk) onOpen(next);
      reveal(scroller.current, body.current, lines.all, next.pk);
      requestAnimationFrame(() => linkOf(body.current, next.pk)?.focus({ preventScroll: true }));
    },
    close: onClose,
  });

  const draw = useDrawn();
  const openRow = useCallback(
    (row: Row) => {
      setStopPk(row.pk);
      onOpen(row);
    },
    [onOpen],
  );
  const isStop = (row: Row) => row.pk === (openPk ?? stopPk ?? rows[0]?.pk);
  const day = dayAt(lines.all, first);

  return (
    <div class="scroller" ref={scroller} onScroll={() => requestAnimationFrame(measure)}>
      {above}
      {held > 0 && (
        <div class="pill">
          <button type="button" onClick={toTop}>
            <Icon name="up" size={13} />
            {isOutrun ? t('manyNewCalls') : t('newCalls', { count: held })}
          </button>
        </div>
      )}
      <div
        role="table"
        class="table"
        aria-label={t('calls')}
        aria-rowcount={state.isEnd ? rows.length + 1 : -1}
        hidden={rows.length === 0}
      >
        <div role="rowgroup" class="head">
          <div role="row" aria-rowindex={1}>
            {HEADINGS.map(([name, word]) => (
              <span role="columnheader" key={name} class={name}>
                {word && t(word)}
              </span>
            ))}
          </div>
          {isScrolled && day && (
            <div class="day now" aria-hidden="true">
              {day}
            </div>
          )}
        </div>
        <div
          role="rowgroup"
          class="body"
          ref={body}
          style={{ height: `${lines.height}px` }}
          onPointerMove={({ pointerType }) => {
            if (pointerType === 'mouse') movedAt.current = Date.now();
          }}
        >
          {draw(shown, (line) => ({
            isOpen: line.key === openPk,
            isFresh: fresh.has(line.key),
            isStop: 'row' in line && isStop(line.row),
            onOpen: openRow,
          }))}
        </div>
      </div>
      {below}
    </div>
  );
};

const HEADINGS = [
  ['time', 'time'],
  ['product', 'product'],
  ['direction', 'direction'],
  ['parties', 'parties'],
  ['agent', 'agent'],
  ['result', 'result'],
  ['talk', 'talk'],
  ['recording', 'recording'],
] as const;
