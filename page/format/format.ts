import { zone } from '../state/configuration.ts';
import { language } from '../state/preferences.ts';

const LOCALES = { en: 'en-GB', zh: 'zh-CN' };
export const locale = (): string => LOCALES[language.get()];

// Creating a formatter takes longer than a thousand uses.
const made = new Map<string, Intl.DateTimeFormat>();

const formatter = (options: Intl.DateTimeFormatOptions, inLocale = locale()): Intl.DateTimeFormat => {
  const key = JSON.stringify([inLocale, zone(), options]);
  const known = made.get(key);
  if (known) return known;
  const fresh = new Intl.DateTimeFormat(inLocale, { timeZone: zone(), ...options });
  made.set(key, fresh);
  return fresh;
};

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

/** `14:32:08`, in the zone. Times are ISO 8601. */
export const timeOf = (iso: string): string => formatter(CLOCK).format(new Date(iso));

/** `Thursday 26 November`; with the year if it is not the present one. */
export const dayOf = (iso: string): string => {
  const isThisYear = dateOf(iso).slice(0, 4) === today().slice(0, 4);
  const options: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long' };
  const parts = formatter(isThisYear ? options : { ...options, year: 'numeric' });
  return parts
    .format(new Date(iso))
    .replace(/^(\p{L}+), /u, '$1 ')
    .replace(/日(?=\p{L})/u, '日 ');
};

/** `26 Nov`; with the year if it is not the present one. */
export const shortDayOf = (iso: string): string => {
  const isThisYear = dateOf(iso).slice(0, 4) === today().slice(0, 4);
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  return formatter(isThisYear ? options : { ...options, year: 'numeric' }).format(new Date(iso));
};

/** `Thu 26 Nov 14:32:08`. */
export const dateTimeOf = (iso: string): string => {
  const options: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short' };
  return `${formatter(options).format(new Date(iso)).replace(',', '')} ${timeOf(iso)}`;
};

/** The date in the zone, `2026-11-26`. */
export const dateOf = (iso: string | number): string =>
  formatter({ year: 'numeric', month: '2-digit', day: '2-digit' }, 'en-CA').format(new Date(iso));

export const today = (): string => dateOf(Date.now());

/** A date as people write it, `26 Nov 2026`; the same in every zone. */
export const writtenDate = (date: string): string =>
  new Intl.DateTimeFormat(locale(), {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    ...(date.slice(0, 4) !== today().slice(0, 4) && { year: 'numeric' }),
  }).format(new Date(date));

const pad = (value: number): string => String(value).padStart(2, '0');

/** `4:12`, `1:04:12`. */
export const clockOf = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
};

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `3 minutes ago`. */
export const agoOf = (iso: string, now = Date.now()): string => {
  const seconds = Math.min(0, (Date.parse(iso) - now) / 1000);
  const [unit, length] = UNITS.find(([, one]) => -seconds >= one) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'always', style: 'short' }).format(
    Math.round(seconds / length),
    unit,
  );
};

/** `1,284`. */
export const numberOf = (value: number, options?: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(locale(), options).format(value);

/** `91.4%`, from a fraction of one. */
export const percentOf = (part: number): string =>
  numberOf(part, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** `2.4 MB`. */
export const bytesOf = (bytes: number): string => {
  const [unit, size] = bytes < 1e6 ? ['kilobyte', 1e3] : ['megabyte', 1e6];
  return numberOf(bytes / Number(size), {
    style: 'unit',
    unit: String(unit),
    maximumFractionDigits: bytes < 1e6 ? 0 : 1,
  });
};

/** `Hong Kong Time`, of the chosen zone or another. */
export const zoneName = (timeZone = zone()): string =>
  new Intl.DateTimeFormat(locale(), { timeZone, timeZoneName: 'longGeneric' })
    .formatToParts(new Date())
    .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;

/** `GMT+8`, the present offset of a zone. */
export const offsetOf = (timeZone: string): string =>
  new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' })
    .formatToParts(new Date())
    .find(({ type }) => type === 'timeZoneName')?.value ?? '';
