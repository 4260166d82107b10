import { useEffect, useRef } from 'preact/hooks';

/** Arrows go from row to row, Esc closes; not while something is typed or chosen. */
export const useKeys = (on: { move: (step: number) => void; close: () => void }) => {
  const current = useRef(on);
  current.current = on;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('input, select, textarea, [popover], audio, .detail')) {
        if (event.key === 'Escape' && target.closest('.detail')) current.current.close();
        return;
      }
      if (event.key === 'Escape') return current.current.close();
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      current.current.move(step);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
};
