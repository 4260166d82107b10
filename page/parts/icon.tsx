const PATHS = {
  calls:
    'M3 4.5c0 5.2 3.3 8.5 8.5 8.5l1.5-2.6-2.9-1.6-1.2 1.2C7.4 9.300 6.700 8.600 6 7.100l1.200-1.200L5.600 3z',
  reports: 'M3 13V8m3.500 5V3M10 13V6m3.500 7V9.500',
  status: 'M2 8.500h2.800L6.500 4l3 8.500 1.700-4H14',
  search: 'M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.300 10.300 14 14',
  copy: 'M5.500 5.500v-3h8v8h-3M2.500 5.500h8v8h-8z',
  check: 'm3 8.500 3.300 3.300L13 4.500',
  down: 'm4 6.500 4 4 4-4',
  close: 'm4 4 8 8m0-8-8 8',
  play: 'M5 3.500v9l7.500-4.500z',
  pause: 'M5.500 3.500v9m5-9v9',
  download: 'M8 2.500v8m-3.300-3L8 10.800l3.300-3.300M3 13.500h10',
  external: 'M6.500 3.500h-3v9h9v-3M9.500 3h3.500v3.500M7 9l6-6',
  more: 'M3.500 8h.010M8 8h.010M12.500 8h.010',
  up: 'M8 13V3.500m-4 4 4-4 4 4',
  arrow: 'M2.500 8h11m-3.500-3.500L13.500 8 10 11.500',
  back: 'M13.500 8h-11M6 4.500 2.500 8 6 11.500',
  warning: 'M8 2.500 14 13H2zM8 6.500v3m0 1.800v.010',
} as const;

export type IconName = keyof typeof PATHS;

type Props = {
  name: IconName;
  size?: number;
  /** Its meaning, if no text beside it says so. */
  label?: string;
};

/** A drawing of 16 px in the colour of the surrounding text. */
export const Icon = ({ name, size = 16, label }: Props) => (
  <svg
    class={`icon icon-${name}`}
    width={size}
    height={size}
    viewBox="0 0 16 16"
    role={label ? 'img' : undefined}
    aria-label={label}
    aria-hidden={label === undefined}
  >
    <path d={PATHS[name]} />
  </svg>
);
