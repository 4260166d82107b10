import { useEffect, useRef, useState } from 'preact/hooks';
import { callsHref } from '../calls/filters.ts';
import { daysLater } from '../format/dates.ts';
import { locale, numberOf } from '../format/format.ts';
import { Panel } from '../parts/parts.tsx';
import { go, type QueryChanges } from '../state/location.ts';
import { theme } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';
import type { Bar } from './series.ts';

type Props = { bars: readonly Bar[]; isByHour: boolean; filters: QueryChanges };

/** Calls by hour or day: a canvas to look at, and the same figures as a table. */
export const Chart = ({ bars, isByHour, filters }: Props) => {
  const [isTable, setIsTable] = useState(false);
  return (
    <Panel
      title={t(isByHour ? 'report.byHour' : 'report.byDay')}
      aside={
        <span class="chart-aside">
          <span class="key answered">{t('answered')}</span>
          <span class="key rest">{t('notAnswered')}</span>
          <button type="button" class="link" onClick={() => setIsTable(!isTable)}>
            {t(isTable ? 'report.asChart' : 'report.asTable')}
          </button>
        </span>
      }
    >
      {isTable ? <Table bars={bars} filters={filters} /> : <Canvas bars={bars} filters={filters} />}
    </Panel>
  );
};

/** The calls behind a bar. */
const hrefOfBar = ({ key }: Bar, filters: QueryChanges): string => {
  const isHour = key.length > 10;
  const next = Number(key.slice(11, 13)) + 1;
  const end =
    next === 24
      ? `${daysLater(key.slice(0, 10), 1)}T00:00`
      : `${key.slice(0, 11)}${String(next).padStart(2, '0')}:00`;
  const period = isHour ? { from: `${key}:00`, to: end } : { from: key, to: key };
  return callsHref({ ...filters, period: undefined, ...period });
};

const isHourKey = (key: string): boolean => key.length > 10;
const labelOf = ({ key }: Bar): string =>
  isHourKey(key)
    ? String(Number(key.slice(11, 13)))
    : new Intl.DateTimeFormat(locale(), SHORT).format(new Date(key));
const SHORT = { day: 'numeric', month: 'numeric', timeZone: 'UTC' } as const;

const nameOf = ({ key }: Bar): string => {
  const day = new Intl.DateTimeFormat(locale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  const written = day.format(new Date(key.slice(0, 10)));
  return isHourKey(key) ? `${written} ${key.slice(11, 13)}:00` : written;
};

const Canvas = ({ bars, filters }: Omit<Props, 'isByHour'>) => {
  const element = useRef<HTMLDivElement>(null);
  const [point, setPoint] = useState<{ index: number; left: number }>();
  const chosenTheme = useStore(theme);
  const [isDark, setIsDark] = useState(false);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setIsDark(dark.matches);
    follow();
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, []);
  useEffect(() => {
    let remove = () => {};
    let isGone = false;
    const open = (index: number) => {
      const bar = bars[index];
      if (bar) go(hrefOfBar(bar, filters));
    };
    import('./bars.ts').then(({ drawBars }) => {
      if (element.current && !isGone)
        remove = drawBars(element.current, { bars, labelOf, onPoint: setPoint, onOpen: open });
    });
    return () => {
      isGone = true;
      remove();
    };
  }, [JSON.stringify(bars), JSON.stringify(filters), chosenTheme, isDark]);
  const bar = point && bars[point.index];
  const total = bars.reduce((sum, { offered }) => sum + offered, 0);
  return (
    <div class="chart" role="img" aria-label={t('report.chart.is', { calls: total })}>
      <div class="canvas" ref={element} />
      {bar && (
        <div class="tip" style={{ left: `${point.left}px` }} aria-hidden="true">
          <b>{nameOf(bar)}</b>
          <Figure word={t('report.offered')} value={bar.offered} />
          <Figure word={t('answered')} value={bar.answered} />
          <Figure word={t('notAnswered')} value={bar.unanswered} />
          <Figure word={t('abandoned')} value={bar.abandoned} />
        </div>
      )}
    </div>
  );
};

const Figure = ({ word, value }: { word: string; value: number }) => (
  <span>
    {word} <b>{numberOf(value)}</b>
  </span>
);

const Table = ({ bars, filters }: Omit<Props, 'isByHour'>) => (
  <div class="agents">
    <table>
      <thead>
        <tr>
          <th scope="col">{t('report.when')}</th>
          <th scope="col" class="number">
            {t('report.offered')}
          </th>
          <th scope="col" class="number">
            {t('answered')}
          </th>
          <th scope="col" class="number">
            {t('notAnswered')}
          </th>
          <th scope="col" class="number">
            {t('abandoned')}
          </th>
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => (
          <tr key={bar.key}>
            <th scope="row">{nameOf(bar)}</th>
            <Count bar={bar} figure="offered" filters={filters} />
            <Count bar={bar} figure="answered" filters={{ ...filters, answered: 'true' }} />
            <Count bar={bar} figure="unanswered" filters={{ ...filters, answered: 'false' }} />
            <Count bar={bar} figure="abandoned" filters={{ ...filters, abandoned: 'true' }} />
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const Count = ({
  bar,
  figure,
  filters,
}: {
  bar: Bar;
  figure: Exclude<keyof Bar, 'key'>;
  filters: QueryChanges;
}) => (
  <td class="number">
    {bar[figure] > 0 ? (
      <a href={hrefOfBar(bar, filters)}>{numberOf(bar[figure])}</a>
    ) : (
      <span class="faint">0</span>
    )}
  </td>
);
