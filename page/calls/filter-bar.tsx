import { CODE_LABELS, codeLabel, type Label } from '../../shared/calls/labels.ts';
import { useApi } from '../api/use-api.ts';
import { agentOfKey, rememberAgents } from '../format/agent.ts';
import { Icon } from '../parts/icon.tsx';
import { Menu } from '../parts/menu.tsx';
import { Options } from '../parts/options.tsx';
import { Failed, Skeleton } from '../parts/parts.tsx';
import { zone } from '../state/configuration.ts';
import { changeQuery, place } from '../state/location.ts';
import { language } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';
import { datesOf, FILTERS, periodOf } from './filters.ts';
import { LengthMenu } from './length-menu.tsx';
import { PeriodMenu } from './period-menu.tsx';

/** The filters as menus. Chosen values are in the URL. */
export const FilterBar = () => {
  const { query } = useStore(place);
  return (
    <div class="filters" role="group" aria-label={t('filters')}>
      <PeriodMenu />
      <CodeMenu filter="callback" name={t('product')} isMultiple />
      <CodeMenu filter="direction" name={t('direction')} />
      <ResultMenu />
      <AgentMenu />
      <LengthMenu />
      <Toggle filter="recording" name={t('recording')} />
      <MoreMenu />
      {WRITTEN.filter((name) => query.has(name)).map((name) => (
        <button key={name} type="button" class="chip set" onClick={() => changeQuery({ [name]: undefined })}>
          {t(`filter.${name}`)}: {query.get(name)}
          <Icon name="close" size={12} />
          <span class="visually-hidden">{t('remove')}</span>
        </button>
      ))}
      {hasFilters(query) && (
        <button type="button" class="clear" onClick={clearFilters}>
          {t('clearFilters')}
        </button>
      )}
    </div>
  );
};

/** Filters that only links set. */
const WRITTEN = ['number', 'caller', 'callee', 'id'] as const;

export const hasFilters = (query: URLSearchParams): boolean =>
  query.has('q') || FILTERS.some((name) => query.has(name));

export const clearFilters = (): void =>
  changeQuery({
    q: undefined,
    as: undefined,
    ...Object.fromEntries(FILTERS.map((name) => [name, undefined])),
  });

const optionsOf = (labels: Readonly<Record<string, Label>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label: label[language.get()] }));

type CodeMenuProps = { filter: 'callback' | 'direction'; name: string; isMultiple?: boolean };

export const CodeMenu = ({ filter, name, isMultiple = false }: CodeMenuProps) => {
  const { query } = useStore(place);
  const chosen = query.get(filter)?.split(',') ?? [];
  const shown = chosen.map((code) => codeLabel(filter, code, language.get())).join(', ');
  return (
    <Menu name={name} isSet={chosen.length > 0} label={<span>{shown || name}</span>}>
      {(close) => (
        <Options
          legend={name}
          options={optionsOf(CODE_LABELS[filter])}
          chosen={chosen}
          isMultiple={isMultiple}
          onChange={(next) => {
            const isSame = !isMultiple && next[0] === chosen[0];
            changeQuery({ [filter]: isSame ? undefined : next.join(',') });
            if (!isMultiple) close();
          }}
        />
      )}
    </Menu>
  );
};

const RESULTS = ['answered=true', 'answered=false', 'abandoned=true', 'answered=unknown'] as const;

const ResultMenu = () => {
  const { query } = useStore(place);
  const chosen = ['answered', 'abandoned', 'status'].flatMap((name) =>
    query.has(name) ? [`${name}=${query.get(name)}`] : [],
  );
  const options = [
    ...RESULTS.map((value) => ({ value, label: t(`result.${value}`) })),
    ...optionsOf(CODE_LABELS.status).map(({ value, label }) => ({ value: `status=${value}`, label })),
  ];
  const shown = chosen
    .map((value) => options.find((one) => one.value === value)?.label ?? value.replace(/^.*=/, ''))
    .join(', ');
  return (
    <Menu name={t('result')} isSet={chosen.length > 0} label={<span>{shown || t('result')}</span>}>
      {(close) => (
        <Options
          legend={t('result')}
          options={options}
          chosen={chosen}
          isSearchable
          onChange={([value = '']) => {
            const [name = '', code] = value.split('=');
            const isSame = chosen.includes(value);
            changeQuery({
              answered: undefined,
              abandoned: undefined,
              status: undefined,
              [name]: isSame ? undefined : code,
            });
            close();
          }}
        />
      )}
    </Menu>
  );
};

/** The agents of a period, as the API lists them. */
export type Agents = {
  agents: { key: string; agentId?: string; agentName?: string; agentNickname?: string; calls: number }[];
};

export const AgentMenu = () => {
  const { query } = useStore(place);
  const chosen = query.getAll('agent');
  const shown = chosen.map(agentOfKey).join(', ');
  return (
    <Menu name={t('agent')} isSet={chosen.length > 0} label={<span>{shown || t('agent')}</span>}>
      {() => <AgentOptions chosen={chosen} />}
    </Menu>
  );
};

const AgentOptions = ({ chosen }: { chosen: string[] }) => {
  const { query } = useStore(place);
  const { data, error, isSlow, again } = useApi<Agents>('/api/agents', {
    ...datesOf(periodOf(query)),
    zone: zone(),
  });
  if (error && !data) return <Failed error={error} onRetry={again} />;
  if (!data) return <Skeleton lines={4} isSlow={isSlow} />;
  rememberAgents(data.agents);
  const listed = data.agents.map(({ key, calls }) => ({
    value: key,
    label: agentOfKey(key),
    note: t('callCount', { count: calls }),
  }));
  const others = chosen.filter((key) => !listed.some(({ value }) => value === key));
  return (
    <Options
      legend={t('agent')}
      options={[...others.map((value) => ({ value, label: agentOfKey(value) })), ...listed]}
      chosen={chosen}
      isMultiple
      isSearchable
      onChange={(agent) => changeQuery({ agent })}
    />
  );
};

const Toggle = ({ filter, name }: { filter: 'recording'; name: string }) => {
  const { query } = useStore(place);
  const isOn = query.has(filter);
  return (
    <button
      type="button"
      class={`chip toggle ${isOn ? 'set' : ''}`}
      aria-pressed={isOn}
      onClick={() => changeQuery({ [filter]: isOn ? undefined : 'true' })}
    >
      {name}
    </button>
  );
};

const MoreMenu = () => {
  const { query } = useStore(place);
  const hangupBy = query.get('hangupBy');
  const hasIssues = query.has('issues');
  const shown = [
    hangupBy && `${t('hungUpBy')}: ${codeLabel('hangupBy', hangupBy, language.get())}`,
    hasIssues && t('unreadable'),
  ].filter(Boolean);
  return (
    <Menu name={t('more')} isSet={shown.length > 0} label={<span>{shown.join(', ') || t('more')}</span>}>
      {() => (
        <>
          <h3 class="heading">{t('hungUpBy')}</h3>
          <Options
            legend={t('hungUpBy')}
            options={optionsOf(CODE_LABELS.hangupBy)}
            chosen={hangupBy ? [hangupBy] : []}
            onChange={([next]) => changeQuery({ hangupBy: next === hangupBy ? undefined : next })}
          />
          <hr />
          <Options
            legend={t('unreadable')}
            options={[{ value: 'true', label: t('unreadable') }]}
            chosen={hasIssues ? ['true'] : []}
            isMultiple
            onChange={([next]) => changeQuery({ issues: next })}
          />
        </>
      )}
    </Menu>
  );
};
