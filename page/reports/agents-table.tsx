import { useState } from 'preact/hooks';
import { callsHref } from '../calls/filters.ts';
import { agentOfKey, rememberAgents } from '../format/agent.ts';
import { clockOf, numberOf } from '../format/format.ts';
import { Button, Panel } from '../parts/parts.tsx';
import type { QueryChanges } from '../state/location.ts';
import { t, type Word } from '../words/t.ts';
import type { Row } from './figures.ts';

type Column = {
  word: Word;
  figure: 'offered' | 'talkSeconds' | 'averageTalkSeconds' | 'averageHandleSeconds';
};

const COLUMNS: readonly Column[] = [
  { word: 'report.agent.calls', figure: 'offered' },
  { word: 'talk', figure: 'talkSeconds' },
  { word: 'report.agent.average', figure: 'averageTalkSeconds' },
  { word: 'report.agent.handle', figure: 'averageHandleSeconds' },
];

const FIRST = 9;

/** The agents with their numbers of calls; a row leads to those calls. */
export const AgentsTable = ({ rows, filters }: { rows: readonly Row[]; filters: QueryChanges }) => {
  const [by, setBy] = useState<Column['figure']>('offered');
  const [isLong, setIsLong] = useState(false);
  const agents = rows.filter(({ keys: [key] }) => key !== null);
  rememberAgents(agents);
  const most = Math.max(1, ...agents.map(({ offered }) => offered));
  const sorted = agents.toSorted((a, b) => (b[by] ?? -1) - (a[by] ?? -1));
  return (
    <Panel title={t('report.agents')}>
      <div class="agents">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('agent')}</th>
              {COLUMNS.map(({ word, figure }) => (
                <th
                  key={figure}
                  scope="col"
                  class="number"
                  aria-sort={by === figure ? 'descending' : undefined}
                >
                  <button type="button" onClick={() => setBy(figure)}>
                    {t(word)}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, isLong ? undefined : FIRST).map((row) => (
              <Agent key={row.key} row={row} most={most} filters={filters} />
            ))}
          </tbody>
        </table>
        {agents.length === 0 && <p class="none">{t('report.noAgents')}</p>}
      </div>
      {sorted.length > FIRST && (
        <footer>
          <Button kind="quiet" onClick={() => setIsLong(!isLong)}>
            {isLong ? t('report.fewer') : t('report.all', { count: sorted.length })}
          </Button>
        </footer>
      )}
    </Panel>
  );
};

const Agent = ({ row, most, filters }: { row: Row; most: number; filters: QueryChanges }) => {
  const { key, offered, talkSeconds, averageTalkSeconds, averageHandleSeconds } = row;
  const name = agentOfKey(key);
  return (
    <tr>
      <th scope="row" title={name}>
        <a href={callsHref({ ...filters, agent: key })}>{name}</a>
      </th>
      <td class="number share">
        <i aria-hidden="true">
          <i style={{ width: `${(100 * offered) / most}%` }} />
        </i>
        <span>{numberOf(offered)}</span>
      </td>
      <td class="number">{clockOf(talkSeconds)}</td>
      <td class="number">{averageOf(averageTalkSeconds)}</td>
      <td class="number">{averageOf(averageHandleSeconds)}</td>
    </tr>
  );
};

const averageOf = (seconds: number | undefined): string =>
  seconds === undefined ? '–' : clockOf(Math.round(seconds));
