import { t } from '../words/t.ts';

export default function StatusView() {
  return (
    <div class="view">
      <h1>{t('status')}</h1>
    </div>
  );
}
