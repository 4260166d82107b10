import type { CallView } from '../../shared/calls/view.ts';
import { serverNow } from '../api/server-time.ts';
import { useApi } from '../api/use-api.ts';
import { callsHref } from '../calls/filters.ts';
import { agentOf } from '../format/agent.ts';
import { clockOf, shortDayOf, timeOf } from '../format/format.ts';
import { Failed, Skeleton } from '../parts/parts.tsx';
import { customerOf, timeOf as momentOf, NEIGHBOURS, type NeighbourQueries } from './customer.ts';
import { type Clause, resultOf } from './result.ts';
import { say, sayCode } from './say.ts';
import { sentenceOf } from './sentence.ts';

type Listed = { calls: CallView[]; cursor?: string };
type Props = { call: CallView; queries: NeighbourQueries; hrefOfCall: (pk: string) => string };

/**
 * The later and the earlier calls of the same customer, newest first, with this one between them.
 */
export const CustomerCalls = ({ call, queries, hrefOfCall }: Props) => {
  const earlier = useApi<Listed>('/api/calls', queries.earlier);
  const later = useApi<Listed>('/api/calls', queries.later);
  const error = earlier.error ?? later.error;
  if (error) {
    const again = () => {
      earlier.again();
      later.again();
    };
    return <Failed error={error} onRetry={again} isSmall />;
  }
  if (!earlier.data || !later.data) return <Skeleton lines={3} isSlow={earlier.isSlow || later.isSlow} />;
  const isOther = ({ pk }: CallView) => pk !== call.pk;
  const shown = [
    ...later.data.calls.filter(isOther).slice(0, NEIGHBOURS),
    call,
    ...earlier.data.calls.filter(isOther).slice(0, NEIGHBOURS),
  ];
  const number = customerOf(call) ?? '';
  return shown.length === 1 ? (
    <p class="dim">{say('customerCalls.none')}</p>
  ) : (
    <>
      <ul class="neighbours">
        {shown.map((one) => (
          <Neighbour key={one.pk} call={one} isThis={one === call} href={hrefOfCall(one.pk)} />
        ))}
      </ul>
      <a href={callsHref({ q: number, as: 'number', from: '2000-01-01' })}>{say('customerCalls.all')}</a>
    </>
  );
};

const Neighbour = ({ call, isThis, href }: { call: CallView; isThis: boolean; href: string }) => {
  const at = momentOf(call);
  return (
    <li aria-current={isThis ? 'true' : undefined}>
      <a href={href}>
        <time dateTime={at}>
          {shortDayOf(at)} <span>{timeOf(at).slice(0, 5)}</span>
        </time>
        <span>{isThis ? say('thisCall') : aboutOf(call)}</span>
      </a>
    </li>
  );
};

/** `Inbound · 1:40 · Li Na`, `Outbound · No answer`. */
const aboutOf = (call: CallView): string => {
  const { direction, callback, answered, talkSeconds } = call;
  const talked = answered === false ? 0 : talkSeconds;
  const [result] = resultOf(call, serverNow());
  return [
    direction ? sayCode('direction', direction) : sayCode('callback', callback),
    talked ? clockOf(talked) : result && sentenceOf([withoutTime(result)]),
    talked ? agentOf(call) : undefined,
  ]
    .filter(Boolean)
    .join(' · ');
};

const withoutTime = (clause: Clause): Clause => {
  if (clause.kind === 'statusAfter') return { kind: 'status', status: clause.status };
  return clause;
};
