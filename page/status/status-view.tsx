import { useApi } from '../api/use-api.ts';
import { Failed, Skeleton } from '../parts/parts.tsx';
import { t } from '../words/t.ts';
import { Compared, type Reconciliation } from './compared.tsx';
import { Connect } from './connect.tsx';
import { Products } from './products.tsx';
import { Rejected, type RejectedPage } from './rejected.tsx';
import './status.css';

/** A callback's status in the API. */
export type CallbackStatus = {
  name: string;
  url: string;
  lastReceivedAt?: string;
  today: { accepted: number; degraded: number; rejected: number; refused: number };
};

type Status = { callbacks: CallbackStatus[]; rejected: RejectedPage; reconciliation: Reconciliation };

// CloudWatch bills each request. A test callback requests at once.
const EVERY_MS = 120_000;

export default function StatusView() {
  const { data, error, isSlow, again } = useApi<Status>('/api/status', {}, { everyMs: EVERY_MS });
  return (
    <div class="view status">
      <h1>{t('status')}</h1>
      {error && <Failed isSmall={data !== undefined} error={error} onRetry={again} />}
      {!data && !error && <Skeleton lines={10} isSlow={isSlow} />}
      {data && (
        <>
          <Products callbacks={data.callbacks} />
          <Compared reconciliation={data.reconciliation} />
          <Rejected newest={data.rejected} />
          <Connect callbacks={data.callbacks} onSent={again} />
        </>
      )}
    </div>
  );
}
