import { api } from '../api/api.ts';
import { asApiError } from '../api/api-error.ts';
import { notify } from '../app/notices.tsx';
import { Menu } from '../parts/menu.tsx';
import { zone } from '../state/configuration.ts';
import { language } from '../state/preferences.ts';
import { t } from '../words/t.ts';

const FORMATS = ['xlsx', 'csv'] as const;
type Format = (typeof FORMATS)[number];

const ASK_MS = 1_500;

type Progress =
  | { state: 'running'; done?: number }
  | { state: 'ready'; url: string }
  | { state: 'failed'; reason?: string };

/** Exports all calls that match the filters, not only the loaded ones. */
export const ExportMenu = ({ queryNow }: { queryNow: () => URLSearchParams }) => (
  <Menu kind="button" align="end" name={t('export')} label={<span>{t('export')}</span>}>
    {(close) => (
      <ul class="actions">
        {FORMATS.map((format) => (
          <li key={format}>
            <button
              type="button"
              onClick={() => {
                close();
                exportCalls(queryNow(), format);
              }}
            >
              {t(`export.${format}`)}
            </button>
          </li>
        ))}
      </ul>
    )}
  </Menu>
);

const exportCalls = async (query: URLSearchParams, format: Format): Promise<void> => {
  const notice = notify({ text: t('exporting') }, { stays: true });
  try {
    const body = { filters: filtersIn(query), format, lang: language.get(), zone: zone() };
    const { id } = await api<{ id: string }>('/api/exports', { method: 'POST', body });
    const progress = await ready(id, (done) => notice.change(t('exportingSoFar', { count: done })));
    notice.end();
    if (progress.state === 'failed') return tellFailure(progress.reason);
    notify({ text: t('exported') });
    location.assign(progress.url);
  } catch (error) {
    notice.end();
    tellFailure(
      asApiError(error)
        .issues.map(({ path, message }) => `${path} ${message}`)
        .join(', '),
    );
  }
};

const ready = async (id: string, onProgress: (done: number) => void) => {
  for (;;) {
    const progress = await api<Progress>('/api/exports', { query: { id } });
    if (progress.state !== 'running') return progress;
    if (progress.done) onProgress(progress.done);
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
};

const tellFailure = (reason = ''): void => {
  notify({ text: [t('exportFailed'), reason].filter(Boolean).join(' '), tone: 'bad' });
};

/** The query as a body of the API; the agent can be repeated. */
const filtersIn = (query: URLSearchParams): Record<string, string | string[]> => {
  const filters: Record<string, string | string[]> = {};
  for (const name of new Set(query.keys())) {
    if (name === 'zone') continue;
    filters[name] = name === 'agent' ? query.getAll(name) : (query.get(name) ?? '');
  }
  return filters;
};
