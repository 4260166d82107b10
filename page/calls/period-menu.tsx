import { useState } from 'preact/hooks';
import { today, writtenDate } from '../format/format.ts';
import { Menu } from '../parts/menu.tsx';
import { Options } from '../parts/options.tsx';
import { changeQuery, place } from '../state/location.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';
import { DEFAULT_PERIOD, datesOf, PERIODS, periodOf } from './filters.ts';

/** The period: a named one, or dates. */
export const PeriodMenu = () => {
  const { query } = useStore(place);
  const period = periodOf(query);
  return (
    <Menu name={t('period')} isSet label={<span>{labelOf(period)}</span>}>
      {(close) => (
        <>
          <Options
            legend={t('period')}
            options={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
            chosen={typeof period === 'string' ? [period] : []}
            onChange={([next]) => {
              choosePeriod({ period: next === DEFAULT_PERIOD ? undefined : next });
              close();
            }}
          />
          <hr />
          <OwnDates period={period} close={close} />
        </>
      )}
    </Menu>
  );
};

const choosePeriod = (chosen: { period?: string | undefined; from?: string; to?: string }): void =>
  changeQuery({ period: undefined, from: undefined, to: undefined, ...chosen });

const labelOf = (period: ReturnType<typeof periodOf>): string => {
  if (typeof period === 'string') return t(`period.${period}`);
  const { from, to } = period;
  if (from === to) return writtenDate(from);
  if (!to) return t('since', { date: writtenDate(from) });
  return from ? `${writtenDate(from)} – ${writtenDate(to)}` : t('until', { date: writtenDate(to) });
};

const OwnDates = ({ period, close }: { period: ReturnType<typeof periodOf>; close: () => void }) => {
  const dates = datesOf(period);
  const [from, setFrom] = useState(dates.from);
  const [to, setTo] = useState(dates.to ?? today());
  const isWrong = from === '' || (to !== '' && from > to);
  return (
    <form
      class="own-dates"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWrong) return;
        choosePeriod({ from, to });
        close();
      }}
    >
      <label>
        {t('from')}
        <input
          class="input"
          type="date"
          value={from}
          onInput={({ currentTarget }) => setFrom(currentTarget.value)}
        />
      </label>
      <label>
        {t('through')}
        <input
          class="input"
          type="date"
          value={to}
          min={from}
          onInput={({ currentTarget }) => setTo(currentTarget.value)}
        />
      </label>
      <button type="submit" class="button primary" disabled={isWrong}>
        {t('apply')}
      </button>
    </form>
  );
};
