import { Copy, Empty } from '../parts/parts.tsx';
import { configuration } from '../state/configuration.ts';
import { useStore } from '../state/store.ts';
import { t } from '../words/t.ts';

/** Shown while there are no calls yet: how to send the first. */
export const FirstCall = () => {
  const stage = useStore(configuration)?.stage;
  const now = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({
    callId: `nxcloud-test-${now}`,
    caller: '85255500142',
    callee: '85255500900',
    startAt: now - 40,
    answerAt: now - 31,
    hangupAt: now,
    duration: 31,
  });
  const token = stage === 'local' ? 'local' : 'TOKEN';
  const command = `curl '${location.origin}/pns/callback?token=${token}' -d '${body}'`;
  return (
    <Empty title={t('noCallsYet')}>
      <p>{t('noCallsYet.how')}</p>
      <div class="command">
        <pre>{command}</pre>
        <Copy text={command} />
      </div>
      <p>
        <a href="/status">{t('noCallsYet.status')}</a>
      </p>
    </Empty>
  );
};
