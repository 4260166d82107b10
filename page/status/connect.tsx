import { useState } from 'preact/hooks';
import { codeLabel } from '../../shared/calls/labels.ts';
import { Panel } from '../parts/parts.tsx';
import { Segments } from '../parts/segments.tsx';
import { configuration } from '../state/configuration.ts';
import { language } from '../state/preferences.ts';
import { t, type Word } from '../words/t.ts';
import { Code } from './code.tsx';
import type { CallbackStatus } from './status-view.tsx';
import { testCall } from './test-bodies.ts';
import { TestCallback } from './test-callback.tsx';

type Props = { callbacks: readonly CallbackStatus[]; onSent: () => void };

const WHERE: Readonly<Record<string, Word>> = {
  cc: 'connect.where.cc',
  predictive: 'connect.where.predictive',
  icc: 'connect.where.icc',
  pns: 'connect.where.pns',
};

/** What to paste where in NXCloud, and how to try it. */
export const Connect = ({ callbacks, onSent }: Props) => {
  const [name, setName] = useState(callbacks[0]?.name ?? '');
  const callback = callbacks.find((one) => one.name === name);
  if (!callback) return null;
  const stage = configuration.get()?.stage ?? 'prod';
  const options = callbacks.map((one) => ({
    value: one.name,
    label: codeLabel('callback', one.name, language.get()),
  }));
  return (
    <Panel
      title={t('connect')}
      aside={<Segments label={t('product')} options={options} chosen={name} onChange={setName} />}
    >
      <ol class="steps">
        <Step word={stage === 'local' ? 'connect.token.local' : 'connect.token'}>
          <Code text={stage === 'local' ? 'local' : `npm run token -- --callback ${name} --stage ${stage}`} />
        </Step>
        <Step word={WHERE[name] ?? 'connect.where.pns'}>
          <Code text={name === 'cc' ? callback.url : `${callback.url}?token=<token>`} />
        </Step>
        <Step word="connect.curl">
          <Code text={curlOf(callback)} />
        </Step>
        <Step word="connect.test">
          <TestCallback key={name} callback={callback} onSent={onSent} />
        </Step>
      </ol>
    </Panel>
  );
};

const Step = ({ word, children }: { word: Word; children: preact.ComponentChildren }) => (
  <li>
    <p>{t(word)}</p>
    {children}
  </li>
);

const curlOf = ({ name, url }: CallbackStatus): string => {
  const [body] = testCall(name, Date.now(), 'nxcloud-test-1').bodies;
  return `curl '${url}' -H 'token: <token>' -H 'content-type: application/json' \\\n  -d '${JSON.stringify(body).replaceAll(',"', ', "')}'`;
};
