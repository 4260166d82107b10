import { t } from '../words/t.ts';

export default function ReportsView() {
  return (
    <div class="view">
      <h1>{t('reports')}</h1>
    </div>
  );
}
