import { CODE_LABELS, codeLabel } from '../../shared/calls/labels.ts';
import { useApi } from '../api/use-api.ts';
import { apiQueryOf, PERIODS, periodOf } from '../calls/filters.ts';
import { writtenDate } from '../format/format.ts';
import { Menu } from '../parts/menu.tsx';
import { Options } from '../parts/options.tsx';
import { Button } from '../parts/parts.tsx';
import { changeQuery } from '../state/location.ts';
import { language } from '../state/preferences.ts';
import { t, type Word } from '../words/t.ts';
import { CARDS } from './cards.tsx';
import { daysOf } from './period.ts';

/** What the report is about: a period, and some of its calls. */
export const FilterBar = ({ query }: { query: URLSearchParams }) => (
  <div class="report-bar">
    <PeriodMenu query={query} />
    <ListMenu query={query} name="callback" word="report.product" />
    <ListMenu query={query} name="direction" word="report.direction" />
    <AgentMenu query={query} />
    {['callback', 'direction', 'agent'].some((name) => query.has(name)) && (
      <Button
        kind="quiet"
        onClick={() => changeQuery({ callback: undefined, direction: undefined, agent: undefined })}
      >
        {t('report.clear')}
      </Button>
    )}
    <span class="spacer" />
    <Menu kind="button" align="end" name={t('report.definitions')} label={t('report.definitions')}>
      {() => <Definitions />}
    </Menu>
  </div>
);

const periodLabel = (query: URLSearchParams): string => {
  const period = periodOf(query);
  if (typeof period === 'string') return t(`report.period.${period}`);
  const { from, last } = daysOf(query);
  return from === last ? writtenDate(from) : `${writtenDate(from)} – ${writtenDate(last)}`;
};

const PeriodMenu = ({ query }: { query: URLSearchParams }) => {
  const period = periodOf(query);
  const { from, last } = daysOf(query);
  const choose = (changes: { period?: string; from?: string; to?: string }) =>
    changeQuery({ period: undefined, from: undefined, to: undefined, ...changes });
  return (
    <Menu name={t('report.period')} label={periodLabel(query)} isSet>
      {(close) => (
        <>
          <Options
            legend={t('report.period')}
            options={PERIODS.map((value) => ({ value, label: t(`report.period.${value}`) }))}
            chosen={typeof period === 'string' ? [period] : []}
            onChange={([chosen = '']) => {
              choose({ period: chosen });
              close();
            }}
          />
          <form
            class="dates"
            onSubmit={(event) => {
              event.preventDefault();
              const [first = '', until = ''] = [...new FormData(event.currentTarget).values()]
                .map(String)
                .sort();
              choose({ from: first, to: until });
              close();
            }}
          >
            <label>
              {t('report.from')} <input class="input" type="date" name="from" required value={from} />
            </label>
            <label>
              {t('report.to')} <input class="input" type="date" name="to" required value={last} />
            </label>
            <button type="submit" class="button">
              {t('report.apply')}
            </button>
          </form>
        </>
      )}
    </Menu>
  );
};

type ListProps = { query: URLSearchParams; name: 'callback' | 'direction'; word: Word };

const ListMenu = ({ query, name, word }: ListProps) => {
  const chosen = (query.get(name) ?? '').split(',').filter(Boolean);
  const labels = chosen.map((code) => codeLabel(name, code, language.get()));
  return (
    <Menu name={t(word)} label={labels.join(', ') || t(word)} isSet={chosen.length > 0}>
      {(close) => (
        <Options
          legend={t(word)}
          // The API takes several products, and one direction.
          isMultiple={name === 'callback'}
          options={Object.keys(CODE_LABELS[name]).map((value) => ({
            value,
            label: codeLabel(name, value, language.get()),
          }))}
          chosen={chosen}
          onChange={(codes) => {
            changeQuery({ [name]: codes.join() === chosen.join() ? undefined : codes.join() });
            if (name === 'direction') close();
          }}
        />
      )}
    </Menu>
  );
};

type Agents = { agents: { key: string; agentName?: string; calls: number }[] };

const AgentMenu = ({ query }: { query: URLSearchParams }) => {
  const period = apiQueryOf(query);
  const asked = {
    from: period.get('from') ?? '',
    to: period.get('to') ?? '',
    zone: period.get('zone') ?? '',
  };
  const { data } = useApi<Agents>('/api/agents', asked);
  const chosen = query.getAll('agent');
  const nameOf = (key: string) =>
    data?.agents.find((agent) => agent.key === key)?.agentName ?? key.replace(/^\w+:/, '');
  const label =
    chosen.length > 1 ? t('report.someAgents', { count: chosen.length }) : chosen.map(nameOf).join();
  return (
    <Menu name={t('report.agent')} label={label || t('report.agent')} isSet={chosen.length > 0}>
      {() => (
        <Options
          legend={t('report.agent')}
          isMultiple
          isSearchable
          options={(data?.agents ?? []).map(({ key, calls }) => ({
            value: key,
            label: nameOf(key),
            note: String(calls),
          }))}
          chosen={chosen}
          onChange={(keys) => changeQuery({ agent: keys })}
        />
      )}
    </Menu>
  );
};

const Definitions = () => (
  <dl class="definitions">
    {CARDS.map(({ word, definition }) => (
      <div key={word}>
        <dt>{t(word)}</dt>
        <dd>{t(definition)}</dd>
      </div>
    ))}
  </dl>
);
