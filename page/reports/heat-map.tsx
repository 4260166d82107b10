import { locale, numberOf } from '../format/format.ts';
import { Panel } from '../parts/parts.tsx';
import { t } from '../words/t.ts';
import type { Week } from './series.ts';

type Props = { week: Week; isOfWeeks: boolean };

/** How busy the hours of the week are. */
export const HeatMap = ({ week: { cells, hours, most }, isOfWeeks }: Props) => (
  <Panel
    title={t('report.busy')}
    aside={<small class="faint">{t(isOfWeeks ? 'report.busy.weeks' : 'report.busy.period')}</small>}
  >
    <div class="heat-map">
      <table>
        <thead>
          <tr>
            <td />
            {hours.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cells.map((calls, weekday) => (
            <tr key={weekday}>
              <th scope="row">{weekdayName(weekday)}</th>
              {hours.map((hour) => (
                <Cell
                  key={hour}
                  calls={calls[hour] ?? 0}
                  most={most}
                  name={`${weekdayName(weekday)} ${hour}:00`}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </Panel>
);

const Cell = ({ calls, most, name }: { calls: number; most: number; name: string }) => {
  const written = numberOf(calls, { maximumFractionDigits: 1 });
  const share = most > 0 ? Math.round((100 * calls) / most) : 0;
  return (
    <td title={t('report.busy.cell', { name, calls: written })}>
      <i style={{ background: `color-mix(in oklab, var(--accent) ${share}%, var(--hover))` }}>
        <span class="visually-hidden">{written}</span>
      </i>
    </td>
  );
};

// The first of January 2024 was a Monday.
const weekdayName = (weekday: number): string =>
  new Intl.DateTimeFormat(locale(), { weekday: 'short', timeZone: 'UTC' }).format(
    Date.UTC(2024, 0, 1 + weekday),
  );
