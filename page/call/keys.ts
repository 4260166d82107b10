/**
 * Calls back when Esc is pressed, unless it ends something smaller first; returns how to end that.
 */
export const onEscape = (close: () => void): (() => void) => {
  const listen = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector(':popover-open')) return;
    close();
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
};
