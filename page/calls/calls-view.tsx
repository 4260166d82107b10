import { t } from '../words/t.ts';

export default function CallsView() {
  return (
    <div class="view">
      <h1>{t('calls')}</h1>
    </div>
  );
}
