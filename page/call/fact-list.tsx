import { dateTimeOf } from '../format/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Copy } from '../parts/parts.tsx';
import type { Fact } from './facts.ts';
import { sayCode, sayDuration, sayField } from './say.ts';

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
  if (kind !== 'id' && kind !== 'number') return <>{text}</>;
  return (
    <>
      {text} <Copy text={text} />
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
