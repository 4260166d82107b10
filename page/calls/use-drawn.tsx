import type { ComponentProps, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { CallRow } from './call-row.tsx';
import type { Line } from './virtual.ts';

type Shown = Pick<ComponentProps<typeof CallRow>, 'isOpen' | 'isFresh' | 'isStop' | 'onOpen'>;

/**
 * Renders lines, each again only if it has changed: Preact skips an element that is the same object
 * as before.
 */
export const useDrawn = () => {
  const drawn = useRef(new Map<string, { line: Line; shown: Shown; node: VNode }>());
  return (lines: readonly Line[], shownOf: (line: Line) => Shown): VNode[] => {
    const now = lines.map((line) => {
      const shown = shownOf(line);
      const before = drawn.current.get(line.key);
      const isSame = before?.line === line && isShallowEqual(before.shown, shown);
      return isSame ? before : { line, shown, node: nodeOf(line, shown) };
    });
    drawn.current = new Map(now.map((one) => [one.line.key, one]));
    return now.map(({ node }) => node);
  };
};

const isShallowEqual = (a: Shown, b: Shown): boolean =>
  a.isOpen === b.isOpen && a.isFresh === b.isFresh && a.isStop === b.isStop && a.onOpen === b.onOpen;

const nodeOf = (line: Line, shown: Shown): VNode =>
  'day' in line ? (
    <div role="row" class="day" key={line.key} style={{ transform: `translateY(${line.top}px)` }}>
      <span role="cell">{line.day}</span>
    </div>
  ) : (
    <CallRow key={line.key} row={line.row} index={line.index} top={line.top} {...shown} />
  );
