import { AgentMenu, CodeMenu, clearFilters, hasFilters } from '../calls/filter-bar.tsx';
import { PeriodMenu } from '../calls/period-menu.tsx';
import '../calls/calls.css';
import { Menu } from '../parts/menu.tsx';
import { Button } from '../parts/parts.tsx';
import { t } from '../words/t.ts';
import { CARDS } from './cards.tsx';

/** The filters of the report: a period, and some of its calls. */
export const FilterBar = ({ query }: { query: URLSearchParams }) => (
  <div class="bar filters" role="group" aria-label={t('filters')}>
    <PeriodMenu />
    <CodeMenu filter="callback" name={t('product')} isMultiple />
    <CodeMenu filter="direction" name={t('direction')} />
    <AgentMenu />
    {hasFilters(query) && (
      <Button kind="quiet" onClick={clearFilters}>
        {t('clearFilters')}
      </Button>
    )}
    <Menu kind="button" align="end" name={t('report.definitions')} label={t('report.definitions')}>
      {() => <Definitions />}
    </Menu>
  </div>
);

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
