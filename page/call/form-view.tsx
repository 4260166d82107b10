import { Row } from './fact-list.tsx';
import type { FormField } from './form.ts';
import { say } from './say.ts';

/** The form that the agent filled in. */
export const FormView = ({ fields }: { fields: readonly FormField[] }) => (
  <dl class="facts form">
    {fields.map(({ name, text }, n) => (
      <Row key={n} name={name ?? ''}>
        {text === '' ? <span class="faint">{say('form.empty')}</span> : text}
      </Row>
    ))}
  </dl>
);
