import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

type Props = {
  /** The text of the button. */
  label: ComponentChildren;
  /** The name of the menu, if the button does not say it. */
  name: string;
  /** Something in it is chosen. */
  isSet?: boolean;
  kind?: 'chip' | 'button' | 'row';
  align?: 'start' | 'end';
  /** The contents, rendered only while it is open. */
  children: (close: () => void) => ComponentChildren;
};

/**
 * A button that opens a panel: below it, or at the bottom of a small screen. Esc, and a click
 * elsewhere, close it.
 */
export const Menu = ({ label, name, isSet = false, kind = 'chip', align = 'start', children }: Props) => {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const close = () => {
    panel.current?.hidePopover();
    button.current?.focus();
  };
  // Only once its contents have given it its width.
  useLayoutEffect(() => {
    if (isOpen) put(panel.current, button.current, align);
  }, [isOpen, align]);
  const onToggle = ({ newState }: { newState: string }) => {
    setIsOpen(newState === 'open');
    if (newState === 'open') {
      put(panel.current, button.current, align);
      requestAnimationFrame(() => {
        panel.current?.querySelector<HTMLElement>('[data-first], input:checked, input, button')?.focus();
      });
    }
  };
  return (
    <>
      <button
        type="button"
        ref={button}
        class={`${kind} ${isSet ? 'set' : ''}`}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        popoverTarget={id}
      >
        {label}
        <Icon name="down" size={12} />
      </button>
      <div
        id={id}
        ref={panel}
        class="menu"
        popover="auto"
        role="dialog"
        aria-label={name}
        onToggle={onToggle}
        onKeyDown={moveFocus}
      >
        {isOpen && children(close)}
      </div>
    </>
  );
};

const GAP = 6;

// On small screens the stylesheet places it at the bottom.
const put = (panel: HTMLElement | null, button: HTMLElement | null, align: 'start' | 'end'): void => {
  if (!panel || !button) return;
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const wanted = align === 'start' ? at.left : at.right - width;
  const left = Math.max(GAP, Math.min(wanted, innerWidth - width - GAP));
  const isBelow = at.bottom + GAP + height <= innerHeight || at.top < height;
  panel.style.left = `${left}px`;
  panel.style.top = `${isBelow ? at.bottom + GAP : at.top - GAP - height}px`;
};

// Arrows move through the options; radio buttons would also choose on the way, which is not wanted
// here.
const moveFocus = (event: KeyboardEvent): void => {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement && event.target.type !== 'search') {
    event.target.click();
    event.preventDefault();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, button, a')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[(at + step + stops.length) % stops.length]?.focus();
  event.preventDefault();
};
