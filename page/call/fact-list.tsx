import { useState } from 'preact/hooks';
import { dateTimeOf } from '../format/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Copy } from '../parts/parts.tsx';
import { Party } from '../parts/party.tsx';
import type { Fact } from './facts.ts';
import { say, sayCode, sayDuration, sayField } from './say.ts';

type Props = { facts: readonly Fact[]; nameOf?: (field: string) => string };

/** Facts as rows of name and value. */
export const FactList = ({ facts, nameOf = sayField }: Props) => (
  <dl class="facts">
    {facts.map((fact) => (
      <Row key={fact.field} name={nameOf(fact.field)}>
        <Value {...fact} />
      </Row>
    ))}
  </dl>
);

/** A row of a list of facts. */
export const Row = ({ name, children }: { name: string; children: preact.ComponentChildren }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

const Value = ({ field, kind, value }: Fact) => {
  if (kind === 'seconds') return <>{sayDuration(Number(value))}</>;
  if (kind === 'time') return <>{dateTimeOf(String(value))}</>;
  if (kind === 'code') return <>{sayCode(field, String(value))}</>;
  if (Array.isArray(value)) return kind === 'keys' ? <Keys keys={value} /> : <Steps steps={value} />;
  const text = String(value);
  const shown = <LongText text={text} />;
  if (kind === 'number') return <Party written={text} isCopied />;
  if (kind !== 'id') return shown;
  return (
    <>
      {shown} <Copy text={text} />
    </>
  );
};

const Keys = ({ keys }: { keys: readonly string[] }) => (
  <span class="keys">
    {keys.map((key, n) => (
      <kbd key={n}>{key}</kbd>
    ))}
  </span>
);

const Steps = ({ steps }: { steps: readonly string[] }) => (
  <ol class="steps">
    {steps.map((step, n) => (
      <li key={n}>
        {n > 0 && <Icon name="arrow" size={12} />}
        {step}
      </li>
    ))}
  </ol>
);

const LONG = 240;

/** Text; if it is long, its end is shown on request. */
const LongText = ({ text }: { text: string }) => {
  const [isWhole, setIsWhole] = useState(false);
  if (isWhole || text.length <= LONG) return <>{text}</>;
  return (
    <>
      {`${text.slice(0, LONG)}…`}{' '}
      <button type="button" class="link" onClick={() => setIsWhole(true)}>
        {say('showAll')}
      </button>
    </>
  );
};
