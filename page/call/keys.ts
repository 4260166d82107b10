type Actions = { close: () => void; step?: (step: 1 | -1) => void };

const STEPS: Readonly<Record<string, 1 | -1>> = { j: 1, k: -1 };

/** Listens to the keys of an open call: Esc, and j and k if there is a list; answers how to end that. */
export const onCallKeys = ({ close, step }: Actions): (() => void) => {
  const listen = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector(':popover-open')) return;
    const direction = STEPS[event.key];
    if (event.key === 'Escape') close();
    else if (direction !== undefined) step?.(direction);
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
};

// A position of a recording is no text.
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input:not([type="range"], [type="radio"], [type="checkbox"]), textarea, select') !== null;
