import type { CallView } from '../../shared/calls/view.ts';
import { Icon } from '../parts/icon.tsx';
import { issueWords } from './issues.ts';
import { say } from './say.ts';

type Props = { issues: NonNullable<CallView['issues']>; heading: 'h2' | 'h3' };

/** The unreadable fields of a call, and why. */
export const IssuesView = ({ issues, heading: Heading }: Props) => (
  <section class="issues">
    <Icon name="warning" />
    <div>
      <Heading>{say('issues', { count: issues.length })}</Heading>
      <p>{say('issues.why', { count: issues.length })}</p>
      <ul>
        {issues.map(issueWords).map(({ path, reason, values }) => (
          <li key={`${path} ${reason}`}>
            {path === '' ? say('wholeBody') : <code>{path}</code>}{' '}
            {reason === 'other' ? values.message : say(`issue.${reason}`, values)}
          </li>
        ))}
      </ul>
    </div>
  </section>
);
