import { useEffect, useRef } from 'preact/hooks';

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/**
 * Arrows, j and k move from row to row, Esc closes; not while the user types or chooses. In an open
 * call, arrows scroll.
 */
export const useKeys = (on: { move: (step: number) => void; close: () => void }) => {
  const current = useRef(on);
  current.current = on;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('input, select, textarea, [popover], audio, .detail')) {
        const isTyped = target.closest('input:not([type="range"], [type="radio"]), [popover]') !== null;
        if (isTyped || !target.closest('.detail') || event.key.startsWith('Arrow')) return;
      }
      if (event.key === 'Escape') return current.current.close();
      const step = STEPS[event.key];
      if (step === undefined) return;
      event.preventDefault();
      current.current.move(step);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
};
